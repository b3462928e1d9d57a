import * as assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { FileStats } from '../../../src/model/lineStats';
import { eventually, spanline, workspaceFile } from './support';

/** The line of requests.js that asks for an item. */
const REQUEST_LINE = 8;

/** Runs the program to its end by the debugger, without a launch.json. */
async function debug(changes: Partial<vscode.DebugConfiguration> = {}): Promise<vscode.DebugSession> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const ended = new Promise<vscode.DebugSession>((resolve) => {
    const subscription = vscode.debug.onDidTerminateDebugSession((session) => {
      if (session.parentSession) return;
      subscription.dispose();
      resolve(session);
    });
  });
  const configuration = {
    type: 'node',
    request: 'launch',
    name: 'requests',
    program: workspaceFile('requests.js').fsPath,
    console: 'internalConsole',
    ...changes,
  };
  assert.ok(await vscode.debug.startDebugging(folder, configuration), 'the session starts');
  return ended;
}

async function statsOf(count: number): Promise<FileStats['lines'][number]> {
  const api = await spanline();
  const path = workspaceFile('requests.js').fsPath;
  return eventually(`${count} spans on line ${REQUEST_LINE}`, async () => {
    const { lines } = await api.fileStats(path);
    return lines.find((line) => line.line === REQUEST_LINE && line.count === count);
  });
}

describe('F5 on a Node program without OpenTelemetry', function () {
  this.timeout(60_000);

  it('gives its requests on the line that makes them', async () => {
    await spanline();
    await debug();
    const { names, confidence } = await statsOf(3);
    assert.deepEqual([names, confidence], [['GET'], 'certain']);
  });

  it('keeps the program’s environment file and its NODE_OPTIONS', async () => {
    const marker = join(await mkdtemp(join(tmpdir(), 'spanline-marker-')), 'marker');
    await debug({ envFile: workspaceFile('program.env').fsPath, env: { MARKER_FILE: marker, ROUNDS: '4' } });
    assert.equal(readFileSync(marker, 'utf8'), 'from the file');
    await statsOf(4);
  });

  it('keeps the configuration’s own NODE_OPTIONS', async () => {
    const marker = join(await mkdtemp(join(tmpdir(), 'spanline-marker-')), 'marker');
    await debug({ env: { MARKER_FILE: marker, NODE_OPTIONS: '--require ./marker.cjs', ROUNDS: '5' } });
    assert.ok(existsSync(marker));
    await statsOf(5);
  });

  it('also works without debugging', async () => {
    await debug({ noDebug: true, env: { ROUNDS: '6' } });
    await statsOf(6);
  });

  it('compares a run with the one of the same name before it', async () => {
    await debug({ name: 'compared', env: { ROUNDS: '7' } });
    await statsOf(7);
    await debug({ name: 'compared', env: { ROUNDS: '8' } });
    const { previous } = await statsOf(8);
    assert.equal(previous?.count, 7);
  });

  it('skips our own files when stepping', async () => {
    const session = await debug();
    const skipped = session.configuration.skipFiles as string[];
    assert.ok(
      skipped.some((pattern) => pattern.endsWith('/preload/**')),
      skipped.join(),
    );
  });
});

describe('a program that is to be left alone', function () {
  this.timeout(60_000);

  it('is, by its environment', async () => {
    const session = await debug({ env: { SPANLINE: 'off' } });
    assert.deepEqual(session.configuration.env, { SPANLINE: 'off' });
  });

  it('is, by the setting', async () => {
    const settings = vscode.workspace.getConfiguration('spanline');
    await settings.update('capture.enabled', false, vscode.ConfigurationTarget.Workspace);
    try {
      const session = await debug();
      assert.equal(session.configuration.env?.SPANLINE_RUN, undefined);
    } finally {
      await settings.update('capture.enabled', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });
});
