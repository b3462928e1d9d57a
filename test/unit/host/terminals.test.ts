import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { TerminalSessions } from '../../../src/host/terminals/terminalSessions';
import { runName } from '../../../src/host/terminals/commandRuns';
import { terminalChanges, terminalEnvironment } from '../../../src/host/terminals/terminalEnvironment';
import { Runs, type RunStore } from '../../../src/host/debug/runs';
import type { EngineClient } from '../../../src/host/engineClient';
import type { RunId } from '../../../src/model/ids';

const common = {
  platform: 'linux' as NodeJS.Platform,
  preload: '/home/me/preload/preload.cjs',
  run: 'run-1' as RunId,
  endpoint: { url: 'http://127.0.0.1:40001', spoolDir: '/spool' },
  bundledSdk: true,
};

describe('the run of a command', () => {
  test.each([
    ['npm start', 'npm start'],
    ['  node   server.js  ', 'node server.js'],
    ['TOKEN="a b" PORT=80 node server.js', 'node server.js'],
    ['cd app && npm run dev', 'npm run dev'],
    ['npx tsx main.ts', 'npx tsx main.ts'],
    ['./bin/serve --port 80 &', './bin/serve --port 80'],
    ['cat input.json | node filter.js', 'node filter.js'],
    ['sudo ls && make run', 'make run'],
    [`node ${'x'.repeat(80)}`, `node ${'x'.repeat(54)}…`],
    ['curl localhost:3000', undefined],
    ['git status && ls -la', undefined],
    ['/usr/bin/git log', undefined],
    ['# a comment', undefined],
    ['', undefined],
  ])('%j: %j', (commandLine, name) => {
    expect(runName(commandLine)).toBe(name);
  });
});

describe('the variables of a traced terminal', () => {
  test('name the preload in front of what the terminal would have had', () => {
    const inherited = (name: string) => ({ NODE_OPTIONS: '--max-old-space-size=99', PYTHONPATH: '/lib' })[name];
    expect(terminalEnvironment({ ...common, inherited })).toEqual({
      NODE_OPTIONS: '--require /home/me/preload/preload.cjs --max-old-space-size=99',
      PYTHONPATH: '/home/me/preload/python:/lib',
      SPANLINE_ENDPOINT: 'http://127.0.0.1:40001',
      SPANLINE_RUN: 'run-1',
      SPANLINE_SPOOL: '/spool',
      SPANLINE_SDK: 'auto',
    });
  });

  test('point no exporter of the program anywhere else', () => {
    const env = terminalEnvironment({ ...common, inherited: () => undefined });
    expect(Object.keys(env).filter((name) => name.startsWith('OTEL_'))).toEqual([]);
  });

  test('of every terminal leave what stands behind them as it is', () => {
    const { prepend } = terminalChanges({ ...common, preload: '/home/my user/preload/preload.cjs' });
    const NODE_OPTIONS = `${prepend.NODE_OPTIONS}--no-warnings`;
    expect(NODE_OPTIONS).toBe(' --require "/home/my user/preload/preload.cjs" --no-warnings');
    expect(`${prepend.PYTHONPATH}/lib`).toBe('/home/my user/preload/python:/lib');
    const { stderr } = spawnSync(process.execPath, ['-p', '1'], { env: { NODE_OPTIONS }, encoding: 'utf8' });
    expect(stderr).toContain("Cannot find module '/home/my user/preload/preload.cjs'");
  });
});

describe('the sessions of terminals', () => {
  function setUp() {
    const calls: string[] = [];
    const engine = {
      openSession: async ({ name }: { name: string }, port?: number) => {
        calls.push(`open ${name}${port ? ` on ${port}` : ''}`);
        return { url: `http://127.0.0.1:${port ?? 40001}`, spoolDir: '/spool' };
      },
      restartSession: async (_: RunId, { name }: { name: string }) => void calls.push(`run ${name}`),
      closeSession: async (_: RunId, detached: boolean) => void calls.push(`close ${detached}`),
    } as unknown as EngineClient;
    const kept = new Map<string, unknown>();
    const store: RunStore = {
      get: (key) => kept.get(key),
      update: async (key, value) => void kept.set(key, JSON.parse(JSON.stringify(value))),
    };
    const runs = new Runs(store);
    return { calls, store, runs, engine, sessions: new TerminalSessions(engine, runs, store) };
  }

  test('begin a run with each command, and know how it ended', async () => {
    const { calls, store, runs, sessions } = setUp();
    const { info } = await sessions.open('Traced');
    sessions.commandStarted(info, 'npm start');
    sessions.commandEnded(info.run, 3);
    expect(calls).toEqual(['open Traced', 'run npm start']);
    const run = (store.get('spanline.runs') as { name: string; run: RunId }[]).find(({ name }) => name === 'npm start');
    expect(runs.get(run!.run)).toMatchObject({ exitCode: 3, endedAt: expect.any(Number) });
  });

  test('are found again by the shell, on the port that its programs know', async () => {
    const { calls, store, runs, engine, sessions } = setUp();
    const { info, endpoint } = await sessions.open('Traced');
    sessions.remember(info, endpoint, 812);
    const next = new TerminalSessions(engine, runs, store);
    expect(next.remembered).toEqual([{ opened: info, port: 40001, shell: 812 }]);
    await next.reopen(next.remembered[0]);
    expect(calls.at(-1)).toBe('open Traced on 40001');
  });

  test('go on with the command that runs, when the window is loaded anew', async () => {
    const { calls, store, runs, engine, sessions } = setUp();
    const { info, endpoint } = await sessions.open('Traced');
    sessions.remember(info, endpoint, 812);
    sessions.commandStarted(info, 'npm start');
    const next = new TerminalSessions(engine, runs, store);
    await next.reopen(next.remembered[0]);
    expect(calls.slice(2)).toEqual(['open Traced on 40001', 'run npm start']);
  });

  test('are forgotten when the terminal closes; what goes on without it is told to stop', async () => {
    const { calls, sessions } = setUp();
    const { info, endpoint } = await sessions.open('Traced');
    sessions.remember(info, endpoint, 812);
    sessions.close(info);
    expect([sessions.remembered, calls.at(-1)]).toEqual([[], 'close true']);
  });
});
