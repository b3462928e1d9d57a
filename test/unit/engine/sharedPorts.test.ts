import * as net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../../src/base/log';
import { SharedPorts } from '../../../src/engine/sharedPorts';
import { Receiver } from '../../../src/otlp/receiver/receiver';
import { OUTSIDE_RUN } from '../../../src/model/ids';
import { RUN_HEADER } from '../../../src/protocol/preload';
import { freePort, resourceSpans, runInfo, send, span, startTestEngine } from './testEngine';
import { QUIET_ENGINE } from '../../support/engineSettings';

const BOTH = ['127.0.0.1', '::1'];

function occupy(port: number, host: string): Promise<net.Server> {
  const server = net.createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve) => server.listen({ port, host, ipv6Only: true }, () => resolve(server)));
}

describe('shared ports', () => {
  it('are open on both addresses, and what comes there is outside of sessions', async () => {
    const port = await freePort();
    const { engine } = startTestEngine({ sharedPorts: [port] });
    await expect
      .poll(async () => (await engine.status()).endpoints)
      .toEqual(BOTH.map((address) => ({ address, port, use: 'shared' })));
    const one = span('outside');
    expect(await send(`http://127.0.0.1:${port}/v1/traces`, { resourceSpans: resourceSpans(one) })).toMatchObject({
      status: 200,
    });
    const held = await engine.span(one.traceId as never, one.spanId as never);
    expect(held?.run).toBe(OUTSIDE_RUN);
    expect((await engine.status()).problems).toEqual([]);
  });

  it('count a span to a session that its sender names', async () => {
    const port = await freePort();
    const { engine } = startTestEngine();
    await engine.start([port]);
    await engine.openSession(runInfo('run-1'));
    const [known, unknown] = [span('known'), span('unknown')];
    const url = `http://127.0.0.1:${port}/v1/traces`;
    await send(url, { resourceSpans: resourceSpans(known) }, { [RUN_HEADER]: 'run-1' });
    await send(url, { resourceSpans: resourceSpans(unknown) }, { [RUN_HEADER]: 'run-9' });
    const run = async ({ traceId, spanId }: typeof known) =>
      (await engine.span(traceId as never, spanId as never))?.run;
    expect(await run(known)).toBe('run-1');
    expect(await run(unknown)).toBe(OUTSIDE_RUN);
  });

  it('do not take the preload’s batches', async () => {
    const port = await freePort();
    const { engine } = startTestEngine();
    await engine.start([port]);
    expect(await send(`http://127.0.0.1:${port}/spanline/v1/spans`, {}, { [RUN_HEADER]: 'x' })).toMatchObject({
      status: 404,
    });
  });

  it('that somebody else holds are named, with who it is and what to do', async () => {
    const port = await freePort();
    await Promise.all(BOTH.map((host) => occupy(port, host)));
    const { engine } = startTestEngine();
    await engine.start([port]);
    const { endpoints, problems } = await engine.status();
    expect(endpoints).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`Port ${port} is taken by `);
    expect(problems[0]).toContain('choose other ports in "spanline.receiver.sharedPorts"');
    if (process.platform === 'linux') expect(problems[0]).toContain(`(pid ${process.pid})`);
  });

  it.each([
    ['::1', '127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '::1', '[::1]'],
  ])('of which somebody else holds %s are named too, with the URL that leads here', async (taken, address, host) => {
    const port = await freePort();
    await occupy(port, taken);
    const { engine } = startTestEngine();
    await engine.start([port]);
    const { endpoints, problems } = await engine.status();
    expect(endpoints).toEqual([{ address, port, use: 'shared' }]);
    expect(problems).toEqual([expect.stringMatching(`^Port ${port} on ${taken} is taken by `)]);
    expect(problems[0]).toMatch(`Let them send to http://${host}:${port}.`);
    expect(URL.canParse(`http://${host}:${port}`)).toBe(true);
  });

  it('are taken over when their holder goes', async () => {
    const port = await freePort();
    const holders = await Promise.all(BOTH.map((host) => occupy(port, host)));
    let changes = 0;
    const createReceiver = () =>
      new Receiver({ limits: { maxRequestBytes: 1 }, sink: () => ({ rejected: 0 }), log: silentLog });
    const siblings = { follow: async () => 'stranger' as const, isFollowing: () => false, onGone: undefined };
    const parts = { createReceiver, changed: () => void changes++, log: silentLog, siblings, retryMs: 20 };
    const ports = new SharedPorts(parts);
    onTestFinished(() => ports.dispose());
    await ports.configure([port]);
    expect([ports.endpoints.length, ports.problems.length, changes]).toEqual([0, 1, 1]);
    for (const holder of holders) holder.close();
    await expect.poll(() => ports.endpoints.length).toBe(2);
    expect(ports.problems).toEqual([]);
    expect(changes).toBeGreaterThan(1);
  });

  it('can be changed while spans come in', async () => {
    const [first, second] = [await freePort(), await freePort()];
    const { engine } = startTestEngine();
    await engine.start([first]);
    await send(`http://127.0.0.1:${first}/v1/traces`, { resourceSpans: resourceSpans(span('a')) });
    await engine.configure({ ...QUIET_ENGINE, sharedPorts: [second] });
    await expect(send(`http://127.0.0.1:${first}/v1/traces`, {})).rejects.toThrow();
    await send(`http://127.0.0.1:${second}/v1/traces`, { resourceSpans: resourceSpans(span('b')) });
    expect((await engine.status()).spans).toBe(2);
    await engine.configure(QUIET_ENGINE);
    expect((await engine.status()).endpoints).toEqual([]);
  });

  it.each<[number, readonly [number, number] | undefined, string[]]>([
    [4318, [4310, 4409], ['keeps for itself (4310 to 4409)', 'startport=4318', 'net stop winnat']],
    [443, undefined, ['below 1024', 'above 1023']],
    [4318, undefined, ['security policy']],
  ])('that may not be opened are told with their remedy: %d in %j', async (port, range, words) => {
    const receiver = new Receiver({ limits: { maxRequestBytes: 1 }, sink: () => ({ rejected: 0 }), log: silentLog });
    receiver.listen = () => Promise.reject(Object.assign(new Error('listen EACCES'), { code: 'EACCES' }));
    const siblings = { follow: async () => 'stranger' as const, isFollowing: () => false, onGone: undefined };
    const parts = { createReceiver: () => receiver, changed: () => {}, log: silentLog, siblings };
    const ports = new SharedPorts({ ...parts, rangeOf: async () => range });
    onTestFinished(() => ports.dispose());
    await ports.configure([port]);
    for (const word of words) expect(ports.problems[0]).toContain(word);
    expect(ports.lostPorts).toEqual([{ port, reason: range ? 'reserved' : 'forbidden' }]);
  });

  it('are the first window’s when two windows ask for the same', async () => {
    const port = await freePort();
    const [first, second] = [startTestEngine(), startTestEngine()];
    await first.engine.start([port]);
    await second.engine.start([port]);
    expect((await first.engine.status()).problems).toEqual([]);
    expect((await second.engine.status()).problems[0]).toContain(`Port ${port} is taken by`);
    const { url } = await second.engine.openSession(runInfo('run-1'));
    expect((await send(`${url}/v1/traces`, {})).status).toBe(200);
  });

  it.each([70_000, -1, 1.5, NaN])('that are no ports, such as %d, are a problem and no crash', async (port) => {
    const { engine } = startTestEngine();
    await engine.start([port]);
    expect((await engine.status()).problems).toEqual([expect.stringContaining(`Port ${port} cannot be opened`)]);
  });
});
