import * as assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { requestStats, runRequests, startRequests } from './programs';
import { eventually, spanline, workspaceFile } from './support';

const spans = (count: number) => requestStats(`${count} spans`, (stats) => stats.count === count);

async function markerFile(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'spanline-marker-')), 'marker');
}

describe('F5 on a Node program without OpenTelemetry', () => {
  it('gives its requests on the line that makes them', async () => {
    await spanline();
    await runRequests();
    const { names, confidence } = await spans(3);
    assert.deepEqual([names, confidence], [['GET'], 'certain']);
  });

  it('keeps the program’s environment file and its NODE_OPTIONS', async () => {
    const marker = await markerFile();
    await runRequests({ envFile: workspaceFile('program.env').fsPath, env: { MARKER_FILE: marker, ROUNDS: '4' } });
    assert.equal(readFileSync(marker, 'utf8'), 'from the file');
    await spans(4);
  });

  it('keeps the configuration’s own NODE_OPTIONS', async () => {
    const marker = await markerFile();
    await runRequests({ env: { MARKER_FILE: marker, NODE_OPTIONS: '--require ./marker.cjs', ROUNDS: '5' } });
    assert.ok(existsSync(marker));
    await spans(5);
  });

  it('also works without debugging', async () => {
    await runRequests({ noDebug: true, env: { ROUNDS: '6' } });
    await spans(6);
  });

  it('works through npm', async () => {
    const changes = { program: undefined, runtimeExecutable: 'npm', runtimeArgs: ['run', 'requests'] };
    await runRequests({ ...changes, env: { ROUNDS: '13' } });
    await spans(13);
  });

  it('works in a terminal of the debugger', async () => {
    const { session } = await startRequests({
      type: 'node-terminal',
      command: 'node requests.js',
      cwd: workspaceFile('.').fsPath,
      env: { ROUNDS: '14' },
    });
    await spans(14);
    await vscode.debug.stopDebugging(session);
  });

  it('works in the integrated terminal', async () => {
    await runRequests({ console: 'integratedTerminal', env: { ROUNDS: '15' } });
    await spans(15);
  });

  it('skips our own files when stepping', async () => {
    const { configuration } = await runRequests();
    const skipped = configuration.skipFiles as string[];
    assert.ok(
      skipped.some((pattern) => pattern.endsWith('/preload/**')),
      skipped.join(),
    );
  });

  it('gives each of two sessions at once a port and a run of its own', async () => {
    const [one, two] = [await startRequests({ name: 'one' }), await startRequests({ name: 'two' })];
    await Promise.all([one.ended, two.ended]);
    const environments = [one, two].map(({ session }) => session.configuration.env as Record<string, string>);
    assert.notEqual(environments[0].SPANLINE_RUN, environments[1].SPANLINE_RUN);
    assert.notEqual(environments[0].SPANLINE_ENDPOINT, environments[1].SPANLINE_ENDPOINT);
  });
});

describe('a second run', () => {
  it('is compared with the one of the same name before it', async () => {
    await runRequests({ name: 'compared', env: { ROUNDS: '7' } });
    await spans(7);
    await runRequests({ name: 'compared', env: { ROUNDS: '8' } });
    const { previous } = await spans(8);
    assert.equal(previous?.count, 7);
  });

  it('is one also when the debugger only restarts the program', async () => {
    const { ended } = await startRequests({ name: 'restarted', env: { ROUNDS: '9', STAY: 'yes' } });
    const before = await spans(9);
    await vscode.commands.executeCommand('workbench.action.debug.restart');
    const { previous, run } = await requestStats('a second run', (stats) => stats.run !== before.run);
    assert.equal(previous?.count, 9);
    assert.notEqual(run, before.run);
    await spans(9);
    await vscode.debug.stopDebugging();
    await ended;
  });
});

describe('a compound', () => {
  it('gives each of its programs a run of its own, and a new one to the one that is restarted', async () => {
    const one = {
      type: 'node',
      request: 'launch',
      program: '${workspaceFolder}/requests.js',
      console: 'internalConsole',
    };
    const configurations = [
      { ...one, name: 'first', env: { ROUNDS: '21', STAY: 'yes' } },
      { ...one, name: 'second', env: { ROUNDS: '22' } },
    ];
    const launch = {
      version: '0.2.0',
      configurations,
      compounds: [{ name: 'both', configurations: ['first', 'second'] }],
    };
    const launchFile = workspaceFile('.vscode/launch.json');
    await vscode.workspace.fs.writeFile(launchFile, Buffer.from(JSON.stringify(launch)));
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const begun: vscode.DebugSession[] = [];
    const noted = vscode.debug.onDidStartDebugSession((session) => {
      if (!session.parentSession) begun.push(session);
    });
    const ended: string[] = [];
    const left = vscode.debug.onDidTerminateDebugSession(({ parentSession, name }) => {
      if (!parentSession) ended.push(name);
    });
    try {
      await spanline();
      await eventually('the compound', async () =>
        (await vscode.debug.startDebugging(folder, 'both')) ? true : undefined,
      );
      await eventually('both sessions', async () => (begun.length === 2 ? true : undefined));
      const runs = begun.map(({ configuration }) => (configuration.env as Record<string, string>).SPANLINE_RUN);
      assert.deepEqual([begun.map(({ name }) => name).sort(), new Set(runs).size], [['first', 'second'], 2]);
      // Of two that run at once the line tells one.
      await requestStats('spans of either', ({ run, count }) => runs.includes(run) && count > 20);
      await eventually('the end of the second', async () => (ended.includes('second') ? true : undefined));
      await vscode.commands.executeCommand('workbench.action.debug.restart');
      await requestStats('spans of the restarted one', ({ run, count }) => !runs.includes(run) && count === 21);
    } finally {
      noted.dispose();
      left.dispose();
      await vscode.debug.stopDebugging();
      await vscode.workspace.fs.delete(launchFile);
    }
  });
});

describe('a program that is to be left alone', () => {
  it('is, by its environment', async () => {
    const { configuration } = await runRequests({ env: { SPANLINE: 'off' } });
    assert.deepEqual(configuration.env, { SPANLINE: 'off' });
  });

  it('is, by the setting', async () => {
    const settings = vscode.workspace.getConfiguration('spanline');
    await settings.update('capture.enabled', false, vscode.ConfigurationTarget.Workspace);
    try {
      const { configuration } = await runRequests();
      assert.equal(configuration.env?.SPANLINE_RUN, undefined);
    } finally {
      await settings.update('capture.enabled', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });
});
