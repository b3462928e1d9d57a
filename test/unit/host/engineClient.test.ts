import { afterEach, describe, expect, it } from 'vitest';
import { logTo } from '../../../src/base/log';
import { EngineClient, type EngineState } from '../../../src/host/engineClient';
import type { RunId, TraceId } from '../../../src/model/ids';
import type { EngineApi, EngineOptions, RunInfo, StoreChange } from '../../../src/protocol/engine';
import { FakeEngine, IDLE_STATUS } from './fakeEngine';
import { UNHEARD } from '../../support/engineEvents';
import { QUIET_ENGINE } from '../../support/engineSettings';

const options: EngineOptions = { ...QUIET_ENGINE, storageDir: '/s', sharedPorts: [4318] };
const info: RunInfo = { run: 'run-1' as RunId, name: 'Launch', startedAt: 1 };
const running: EngineClient[] = [];

afterEach(async () => {
  for (const client of running.splice(0)) await client.shutdown();
});

function setUp(answers: Partial<EngineApi> = {}, changes: { backoffMs?: number[]; cannotStart?: number } = {}) {
  const engines: FakeEngine[] = [];
  const said: string[] = [];
  const states: EngineState[] = [];
  let failures = changes.cannotStart ?? 0;
  const client = new EngineClient({
    options,
    startWorker: (given) => {
      if (failures-- > 0) throw new Error('no such file');
      engines.push(new FakeEngine(given, answers));
      return engines.at(-1)!.worker;
    },
    isAttended: UNHEARD.isAttended,
    log: logTo((level, message) => said.push(`${level} ${message}`)),
    backoffMs: changes.backoffMs ?? [1, 1, 1],
    readyTimeoutMs: 500,
  });
  client.onState((state) => states.push(state));
  running.push(client);
  client.start();
  const stateBecomes = async (wanted: EngineState): Promise<void> => {
    while (client.state !== wanted) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { client, engines, said, states, stateBecomes, asked: () => engines.flatMap(({ asked }) => asked) };
}

describe('the engine’s client', () => {
  it('is ready once the worker answered', async () => {
    const { client, engines, states } = setUp();
    await client.whenReady();
    expect(states).toEqual(['starting', 'ready']);
    expect(engines[0].options).toEqual(options);
    expect(client.status).toEqual(IDLE_STATUS);
  });

  it('lets questions wait until then', async () => {
    const { client } = setUp({ files: () => Promise.resolve(['/a.ts']) });
    expect(await client.ask((api) => api.files(), [])).toEqual(['/a.ts']);
  });

  it('passes on what the engine tells', async () => {
    const { client, engines, said } = setUp();
    const changes: StoreChange[] = [];
    client.onChanged((change) => changes.push(change));
    await client.whenReady();
    const change = { revision: 2, spans: 1, files: ['/a.ts'], latestTrace: 'a'.repeat(32) as TraceId };
    engines[0].events.changed(change);
    engines[0].events.log('warn', 'port 4318 is taken');
    engines[0].events.status({ ...IDLE_STATUS, spans: 9 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(changes).toEqual([change]);
    expect(said).toContain('warn port 4318 is taken');
    expect(client.status?.spans).toBe(9);
  });

  it('keeps other listeners when one throws', async () => {
    const { client, engines, said } = setUp();
    let heard = 0;
    client.onChanged(() => {
      throw new Error('view is gone');
    });
    client.onChanged(() => heard++);
    await client.whenReady();
    engines[0].events.changed({ revision: 1, spans: 1, files: [] });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toBe(1);
    expect(said.join()).toContain('view is gone');
  });
});

describe('a question that fails', () => {
  it('gives the fallback and is logged', async () => {
    const { client, said } = setUp({ files: () => Promise.reject(new Error('store is broken')) });
    expect(await client.ask((api) => api.files(), [])).toEqual([]);
    expect(said).toContain('warn The engine did not answer: store is broken');
  });

  it('rejects where it was demanded', async () => {
    const { client } = setUp({ files: () => Promise.reject(new Error('store is broken')) });
    await expect(client.demand((api) => api.files())).rejects.toThrow('store is broken');
  });

  it('does not hang when the engine dies over it', async () => {
    const { client, engines } = setUp({ files: () => new Promise(() => {}) });
    await client.whenReady();
    const answer = client.ask((api) => api.files(), ['fallback']);
    await new Promise((resolve) => setTimeout(resolve, 10));
    engines[0].crash();
    expect(await answer).toEqual(['fallback']);
  });
});

describe('an engine that crashes', () => {
  it('is started again', async () => {
    const { client, engines, states, said, stateBecomes } = setUp();
    await client.whenReady();
    engines[0].crash('out of memory');
    expect(client.status).toBeUndefined();
    await stateBecomes('ready');
    expect(states).toEqual(['starting', 'ready', 'restarting', 'ready']);
    expect(said.join()).toContain('out of memory');
    expect(engines).toHaveLength(2);
  });

  it('is given up after as many crashes as there are waits, and tried again when somebody asks', async () => {
    const { client, engines, said, stateBecomes } = setUp({}, { backoffMs: [1, 1] });
    for (let crash = 0; crash < 3; crash++) {
      await stateBecomes('ready');
      engines.at(-1)!.crash();
    }
    expect(client.state).toBe('failed');
    expect(engines).toHaveLength(3);
    expect(said.at(-1)).toContain('"Spanline: Restart Engine"');
    await client.restart();
    await stateBecomes('ready');
    expect(engines).toHaveLength(4);
  });

  it('is also given up when it cannot be started at all', async () => {
    const { client, said, stateBecomes } = setUp({}, { backoffMs: [1], cannotStart: 99 });
    await stateBecomes('failed');
    expect(said.join()).toContain('could not be started: no such file');
    expect(await client.ask((api) => api.files(), ['fallback'])).toEqual(['fallback']);
  });

  it('gets the ports and runs of open sessions back, with the run that a restart began', async () => {
    const endpoint = { url: 'http://127.0.0.1:40001', spoolDir: '/s/run-1' };
    const { client, engines, stateBecomes } = setUp({ openSession: () => Promise.resolve(endpoint) });
    const closed = { ...info, run: 'run-0' as RunId };
    await client.openSession(closed);
    await client.closeSession(closed.run);
    expect(await client.openSession(info)).toEqual(endpoint);
    const next = { ...info, run: 'run-2' as RunId };
    await client.restartSession(info.run, next);
    engines[0].crash();
    await stateBecomes('ready');
    expect(engines[1].asked).toEqual([['status'], ['openSession', info, 40001], ['restartSession', info.run, next]]);
  });

  it('gets the limits that were set last', async () => {
    const { client, engines, stateBecomes } = setUp();
    await client.whenReady();
    const settings = { ...QUIET_ENGINE, maxStoreBytes: 7, maxRequestBytes: 8 };
    await client.configure(settings);
    expect(engines[0].asked.at(-1)).toEqual(['configure', settings]);
    engines[0].crash();
    await stateBecomes('ready');
    expect(engines[1].options).toEqual({ storageDir: '/s', ...settings });
  });
});

describe('the end of the engine', () => {
  it('is asked for before the worker is ended, and no other worker is started', async () => {
    const { client, engines } = setUp();
    await client.whenReady();
    await client.shutdown();
    expect(engines[0].asked.at(-1)).toEqual(['shutdown']);
    expect(engines[0].ended).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(engines).toHaveLength(1);
    expect(client.state).toBe('stopped');
  });

  it('comes also when the worker hangs', async () => {
    const { client, engines } = setUp({ shutdown: () => new Promise(() => {}) });
    await client.whenReady();
    await client.shutdown();
    expect(engines[0].ended).toBe(true);
  });

  it('before the worker was started leaves none behind', async () => {
    const { client, engines } = setUp();
    await client.shutdown();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(engines).toHaveLength(0);
  });
});
