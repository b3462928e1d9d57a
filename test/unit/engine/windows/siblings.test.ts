import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedSecret } from '../../../../src/engine/windows/secret';
import type { Engine } from '../../../../src/engine/engine';
import { OUTSIDE_RUN } from '../../../../src/model/ids';
import { RUN_HEADER } from '../../../../src/protocol/preload';
import { QUIET_ENGINE } from '../../../support/engineSettings';
import { freePort, resourceSpans, runInfo, send, span, startTestEngine, temporaryFolder } from '../testEngine';

type Sent = ReturnType<typeof span>;

/** A window of one user. */
function openWindow(sharedDir: string, name: string) {
  return startTestEngine({ windows: { sharedDir, name } });
}

async function post(port: number, sent: Sent, headers: Record<string, string> = {}) {
  return send(`http://127.0.0.1:${port}/v1/traces`, { resourceSpans: resourceSpans(sent) }, headers);
}

async function postLog(port: number, body: string) {
  const logRecords = [{ timeUnixNano: '1700000000000000000', body: { stringValue: body } }];
  return send(`http://127.0.0.1:${port}/v1/logs`, { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

const runOf = async (engine: Engine, { traceId, spanId }: Sent) =>
  (await engine.span(traceId as never, spanId as never))?.run;

const usesOf = async (engine: Engine) => (await engine.status()).endpoints.map(({ use }) => use);

describe('two windows', () => {
  it('show what is sent to the port of one of them, once each', async () => {
    const [shared, port] = [temporaryFolder(), await freePort()];
    const [first, second] = [openWindow(shared, 'shop'), openWindow(shared, 'bank')];
    await first.engine.start([port]);
    await second.engine.start([port]);
    const one = span('both');
    await post(port, one);
    await expect.poll(() => runOf(second.engine, one)).toBe(OUTSIDE_RUN);
    expect(await runOf(first.engine, one)).toBe(OUTSIDE_RUN);
    expect([(await first.engine.status()).spans, (await second.engine.status()).spans]).toEqual([1, 1]);
  });

  it('tell of each other by name, as good news and not as a problem', async () => {
    const [shared, port, other] = [temporaryFolder(), await freePort(), await freePort()];
    const [first, second] = [openWindow(shared, 'shop'), openWindow(shared, 'bank')];
    await first.engine.start([port, other]);
    await second.engine.start([port, other]);
    expect((await second.engine.status()).notices).toEqual([
      `Ports ${port} and ${other} are taken by another Spanline window (pid ${process.pid}, folder "shop"): their spans are shown here too.`,
    ]);
    expect(await second.engine.status()).toMatchObject({ problems: [], lostPorts: [] });
    expect(new Set(await usesOf(second.engine))).toEqual(new Set(['followed']));
  });

  it('that share several ports show a span once', async () => {
    const [shared, port, other] = [temporaryFolder(), await freePort(), await freePort()];
    const [first, second] = [openWindow(shared, 'shop'), openWindow(shared, 'bank')];
    await first.engine.start([port, other]);
    await second.engine.start([port, other]);
    for (const body of ['to one', 'to the other']) await postLog(body === 'to one' ? port : other, body);
    await post(other, span('marker'));
    await expect.poll(async () => (await second.engine.status()).spans).toBe(1);
    expect((await looseLogs(second.engine)).sort()).toEqual(['to one', 'to the other']);
  });

  it('of which each owns a port show what comes to either, and nothing goes round', async () => {
    const [shared, port, other] = [temporaryFolder(), await freePort(), await freePort()];
    const [first, second] = [openWindow(shared, 'shop'), openWindow(shared, 'bank')];
    await first.engine.start([port]);
    await second.engine.start([other]);
    await first.engine.configure({ ...QUIET_ENGINE, sharedPorts: [port, other] });
    await second.engine.configure({ ...QUIET_ENGINE, sharedPorts: [port, other] });
    await postLog(port, 'a');
    await postLog(other, 'b');
    await expect.poll(() => looseLogs(first.engine).then((logs) => logs.sort())).toEqual(['a', 'b']);
    await expect.poll(() => looseLogs(second.engine).then((logs) => logs.sort())).toEqual(['a', 'b']);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await looseLogs(first.engine)).toHaveLength(2);
  });

  it('a window that opens later is shown what came before', async () => {
    const [shared, port] = [temporaryFolder(), await freePort()];
    const first = openWindow(shared, 'shop');
    await first.engine.start([port]);
    const early = span('early');
    await post(port, early);
    await postLog(port, 'early');
    const second = openWindow(shared, 'bank');
    await second.engine.start([port]);
    await expect.poll(() => runOf(second.engine, early)).toBe(OUTSIDE_RUN);
    await expect.poll(() => looseLogs(second.engine)).toEqual(['early']);
  });

  it('what was cleared is not shown to windows that open later', async () => {
    const [shared, port] = [temporaryFolder(), await freePort()];
    const first = openWindow(shared, 'shop');
    await first.engine.start([port]);
    await post(port, span('cleared'));
    await first.engine.clear();
    const second = openWindow(shared, 'bank');
    await second.engine.start([port]);
    const later = span('later');
    await post(port, later);
    await expect.poll(() => runOf(second.engine, later)).toBe(OUTSIDE_RUN);
    expect((await second.engine.status()).spans).toBe(1);
  });

  it('a span of the other’s debug session is that window’s, and its sender gets that window’s answer', async () => {
    const [shared, port] = [temporaryFolder(), await freePort()];
    const [first, second] = [openWindow(shared, 'shop'), openWindow(shared, 'bank')];
    await first.engine.start([port]);
    await second.engine.start([port]);
    await second.engine.openSession(runInfo('run-b'));
    const [theirs, bad] = [span('theirs'), span('bad', { spanId: '0000000000000000' })];
    await expect
      .poll(async () => {
        await post(port, theirs, { [RUN_HEADER]: 'run-b' });
        return runOf(second.engine, theirs);
      })
      .toBe('run-b');
    const { status, body } = await post(port, bad, { [RUN_HEADER]: 'run-b' });
    expect([status, body]).toEqual([200, { partialSuccess: expect.objectContaining({ rejectedSpans: '1' }) }]);
  });

  it('a span of a session whose window has gone is kept all the same', async () => {
    const [shared, port] = [temporaryFolder(), await freePort()];
    const [first, second] = [openWindow(shared, 'shop'), openWindow(shared, 'bank')];
    await first.engine.start([port]);
    await second.engine.start([port]);
    await second.engine.openSession(runInfo('run-b'));
    await second.engine.shutdown();
    const left = span('left');
    await post(port, left, { [RUN_HEADER]: 'run-b' });
    expect(await runOf(first.engine, left)).toBe(OUTSIDE_RUN);
  });

  it('one takes over when the other goes, and of several exactly one', async () => {
    const [shared, port] = [temporaryFolder(), await freePort()];
    const [first, ...others] = ['a', 'b', 'c', 'd'].map((name) => openWindow(shared, name));
    await first.engine.start([port]);
    for (const { engine } of others) await engine.start([port]);
    await first.engine.shutdown();
    await expect
      .poll(async () => (await Promise.all(others.map(({ engine }) => usesOf(engine)))).flat().sort())
      .toEqual(['followed', 'followed', 'followed', 'followed', 'shared', 'shared']);
    const after = span('after');
    await post(port, after);
    for (const { engine } of others) await expect.poll(() => runOf(engine, after)).toBe(OUTSIDE_RUN);
  });

  it('of different users do not show each other anything, and say why', async () => {
    const port = await freePort();
    const [first, second] = [openWindow(temporaryFolder(), 'shop'), openWindow(temporaryFolder(), 'bank')];
    await first.engine.start([port]);
    await second.engine.start([port]);
    await post(port, span('private'));
    const { problems, spans, notices, lostPorts } = await second.engine.status();
    expect([spans, notices]).toEqual([0, []]);
    expect(problems[0]).toContain(`Port ${port} is taken by a Spanline of another user, editor or profile`);
    expect(lostPorts).toMatchObject([{ port, reason: 'taken', owner: { kind: 'spanline' } }]);
  });
});

describe('the windows’ secret', () => {
  it('is one, however many windows open at once, and nobody else’s to read', async () => {
    const folder = temporaryFolder();
    const secrets = await Promise.all(Array.from({ length: 20 }, () => sharedSecret(folder)));
    expect(new Set(secrets).size).toBe(1);
    const path = join(folder, 'windows.secret');
    expect(await readFile(path, 'utf8')).toBe(secrets[0]);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform === 'win32')('is closed to others again where somebody opened it', async () => {
    const folder = temporaryFolder();
    const secret = await sharedSecret(folder);
    await chmod(join(folder, 'windows.secret'), 0o644);
    expect(await sharedSecret(folder)).toBe(secret);
    expect((await stat(join(folder, 'windows.secret'))).mode & 0o777).toBe(0o600);
  });

  it('that was written by half is made anew, at the second try', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'windows.secret'), 'abc');
    await expect(sharedSecret(folder)).rejects.toThrow('reload');
    expect(await sharedSecret(folder)).toMatch(/^[0-9a-f]{64}$/);
  });
});

async function looseLogs(engine: Engine): Promise<string[]> {
  const logs = await engine.looseLogs({ limit: 100 });
  return logs.map(({ body }) => (body.kind === 'string' ? body.value : body.kind));
}
