import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { logTo, silentLog } from '../../../../src/base/log';
import type { LocalAddress } from '../../../../src/engine/localhost';
import { decodeFrame, type LiveFrame } from '../../../../src/engine/windows/frames';
import { keepAlive } from '../../../../src/engine/windows/heartbeat';
import { LiveClient, type LiveClientParts } from '../../../../src/engine/windows/liveClient';
import { LiveServer, type LiveServerParts } from '../../../../src/engine/windows/liveServer';
import { authorityOf, followerHeaders, LIVE_PATH } from '../../../../src/engine/windows/proofs';
import { FrameRing } from '../../../../src/engine/windows/ring';
import { Receiver } from '../../../../src/otlp/receiver/receiver';
import { SIGNALS } from '../../../../src/otlp/signals';

const [TRACES, , LOGS] = SIGNALS;
const SECRET = 'a'.repeat(64);

interface Owner {
  readonly server: LiveServer;
  readonly port: number;
  readonly logged: string[];
}

/** The window that owns a port, with its receiver as it is. */
async function startOwner(parts: Partial<LiveServerParts> = {}): Promise<Owner> {
  const logged: string[] = [];
  const log = logTo((level, message) => logged.push(`${level}: ${message}`));
  const server = new LiveServer({ identity: { engine: 'owner', pid: 7, name: 'shop' }, log, ...parts });
  server.secret = SECRET;
  const receiver = new Receiver({
    limits: { maxRequestBytes: 1_000_000 },
    sink: () => ({ rejected: 0 }),
    log,
    upgrade: { path: LIVE_PATH, take: (request, socket, head) => server.upgrade(request, socket, head) },
  });
  onTestFinished(() => {
    server.close();
    receiver.close();
  });
  const port = await receiver.listen('127.0.0.1', 0);
  await receiver.listen('::1', port);
  return { server, port, logged };
}

interface Follower {
  readonly client: LiveClient;
  readonly frames: LiveFrame[];
}

async function meet(port: number, parts: Partial<LiveClientParts> = {}, address: LocalAddress = '127.0.0.1') {
  const frames: LiveFrame[] = [];
  const met = await LiveClient.meet(address, port, {
    secret: SECRET,
    log: silentLog,
    maxRequestBytes: () => 1_000_000,
    runs: () => [],
    take: (frame) => {
      frames.push(frame);
      return { rejected: 0 };
    },
    ...parts,
  });
  if (met instanceof LiveClient) onTestFinished(() => met.close());
  return { met, frames };
}

async function follow(port: number, after?: number, parts: Partial<LiveClientParts> = {}): Promise<Follower> {
  const { met, frames } = await meet(port, parts);
  if (!(met instanceof LiveClient)) throw new Error(met);
  met.start(after);
  return { client: met, frames };
}

/** Status of the answer to a request for the stream, 101 when it was let in. */
function ask(port: number, headers: http.OutgoingHttpHeaders, path = LIVE_PATH): Promise<number> {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  };
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, headers: { ...upgrade, ...headers } });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve(101);
    });
    request.on('error', reject);
    request.end();
  });
}

const proof = (port: number) => followerHeaders(SECRET, authorityOf('127.0.0.1', port));
const bodies = (frames: readonly LiveFrame[]) => frames.map(({ request }) => Buffer.from(request).toString());

describe('the live stream lets in', () => {
  it('a window that knows the secret', async () => {
    const { port } = await startOwner();
    expect(await ask(port, proof(port))).toBe(101);
  });

  it('nobody without a proof, with a wrong one, or before the secret is known', async () => {
    const { port, server } = await startOwner();
    expect(await ask(port, {})).toBe(401);
    expect(await ask(port, followerHeaders('b'.repeat(64), authorityOf('127.0.0.1', port)))).toBe(401);
    expect(await ask(port, { ...proof(port), 'x-spanline-proof': '' })).toBe(401);
    expect(await ask(port, { authorization: `Bearer ${SECRET}` })).toBe(401);
    server.secret = undefined;
    expect(await ask(port, proof(port))).toBe(401);
  });

  it('nobody who repeats what another window showed, shows it too late, or shows what was meant for another port', async () => {
    const { port } = await startOwner();
    const used = proof(port);
    expect([await ask(port, used), await ask(port, used)]).toEqual([101, 401]);
    expect(await ask(port, followerHeaders(SECRET, authorityOf('127.0.0.1', port), Date.now() - 60_000))).toBe(401);
    expect(await ask(port, followerHeaders(SECRET, authorityOf('127.0.0.1', port), Date.now() + 60_000))).toBe(401);
    expect(await ask(port, followerHeaders(SECRET, authorityOf('127.0.0.1', port + 1)))).toBe(401);
    expect(await ask(port, followerHeaders(SECRET, authorityOf('::1', port)))).toBe(401);
  });

  it.each(['http://localhost:5173', 'null', 'https://evil.example', 'vscode-webview://x'])(
    'no web page, even one that knew the secret: origin %s',
    async (origin) => {
      const { port } = await startOwner();
      expect(await ask(port, { ...proof(port), origin })).toBe(403);
    },
  );

  it.each([
    'evil.example',
    'evil.example:4318',
    '127.0.0.1.evil.example:4318',
    'localhost.evil.example:4318',
    '[::2]:1',
  ])('no name that was pointed at this machine: host %s', async (host) => {
    const { port } = await startOwner();
    expect(await ask(port, { ...proof(port), host })).toBe(403);
  });

  it('no other path, and leaves ordinary requests to the receiver', async () => {
    const { port } = await startOwner();
    expect(await ask(port, proof(port), `${LIVE_PATH}/x`)).toBe(404);
    const plain = await fetch(`http://127.0.0.1:${port}${LIVE_PATH}`);
    expect(plain.status).toBe(426);
  });

  it('does not take Java’s offer of HTTP/2 for a request of its own', async () => {
    const { port } = await startOwner();
    const status = await new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        connection: 'Upgrade, HTTP2-Settings',
        upgrade: 'h2c',
        'http2-settings': 'AAEAAEAAAAIAAAAA',
      };
      const request = http.request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/traces', headers });
      request.on('response', (response) => resolve(response.statusCode));
      request.on('error', reject);
      request.end('{}');
    });
    expect(status).toBe(200);
  });
});

describe('a follower', () => {
  it('never shows the secret, and believes no owner that does not know it', async () => {
    const heard: http.IncomingHttpHeaders[] = [];
    const impostor = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => impostor.close());
    await once(impostor, 'listening');
    impostor.on('headers', (headers) => headers.push(`x-spanline-proof: ${'0'.repeat(64)}`));
    impostor.on('connection', (socket, { headers }) => {
      heard.push(headers);
      socket.on('error', () => {});
      socket.send('{"type":"welcome","engine":"fake","pid":1,"name":"fake"}');
    });
    const { met } = await meet((impostor.address() as AddressInfo).port);
    expect(met).toBe('unknown');
    expect(JSON.stringify(heard)).not.toContain(SECRET);
  });

  it('finds the owner on both addresses', async () => {
    const { port } = await startOwner();
    for (const address of ['127.0.0.1', '::1'] as const)
      expect((await meet(port, {}, address)).met).toMatchObject({ owner: { engine: 'owner', pid: 7, name: 'shop' } });
  });

  it('tells a Spanline of another user from a stranger', async () => {
    const { port } = await startOwner();
    expect((await meet(port, { secret: 'b'.repeat(64) })).met).toBe('unknown');
    const stranger = http.createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void stranger.close());
    const other = (stranger.address() as AddressInfo).port;
    expect((await meet(other)).met).toBe('stranger');
    stranger.close();
    expect((await meet(other)).met).toBe('nobody');
  });

  it('gets what comes, byte for byte, after what came before it', async () => {
    const { port, server } = await startOwner();
    server.broadcast(TRACES, Buffer.from('before'));
    const { frames } = await follow(port);
    await expect.poll(() => frames.length).toBe(1);
    const request = Buffer.from('now');
    server.broadcast(LOGS, request);
    request.fill(0);
    await expect.poll(() => bodies(frames)).toEqual(['before', 'now']);
    expect(frames.map(({ signal, isOld }) => [signal.id, isOld])).toEqual([
      ['traces', true],
      ['logs', false],
    ]);
  });

  it('that comes back gets only what it missed, and is told of what is forgotten', async () => {
    const { port, server } = await startOwner({ ring: new FrameRing(1_000_000, 3) });
    const first = await follow(port);
    server.broadcast(TRACES, Buffer.from('1'));
    await expect.poll(() => first.client.last).toBe(1);
    first.client.close();
    for (const text of ['2', '3', '4', '5', '6']) server.broadcast(TRACES, Buffer.from(text));
    const logged: string[] = [];
    const log = logTo((_, message) => logged.push(message));
    const again = await follow(port, 1, { log });
    await expect.poll(() => bodies(again.frames)).toEqual(['4', '5', '6']);
    expect(again.frames.every(({ isOld }) => !isOld)).toBe(true);
    expect(logged.join()).toContain('2 requests that window "shop" (pid 7) received meanwhile');
  });

  it('that does not read is cut off and not waited for', async () => {
    const { port, server, logged } = await startOwner({ maxBehindBytes: 100_000 });
    const slow = new WebSocket(`ws://127.0.0.1:${port}${LIVE_PATH}`, { headers: proof(port) });
    onTestFinished(() => slow.terminate());
    await new Promise((resolve) => slow.once('message', resolve));
    slow.send('{"type":"hello","runs":[]}');
    await new Promise((resolve) => setTimeout(resolve, 20));
    slow.pause();
    const closed = new Promise((resolve) => slow.once('close', resolve));
    for (let i = 0; i < 200; i++) server.broadcast(TRACES, Buffer.alloc(100_000));
    await expect.poll(() => logged.join()).toContain('too slow and was cut off');
    slow.resume();
    await closed;
  });

  it('that sends what is no text of ours, or too much of it, is cut off', async () => {
    const { port } = await startOwner();
    for (const words of ['not json', JSON.stringify({ type: 'hello', runs: ['x'.repeat(100_000)] })]) {
      const rude = new WebSocket(`ws://127.0.0.1:${port}${LIVE_PATH}`, { headers: proof(port) });
      rude.on('error', () => {});
      await new Promise((resolve) => rude.once('message', resolve));
      rude.send(words);
      await new Promise((resolve) => rude.once('close', resolve));
    }
  });

  it('answers for its own runs; nobody else is asked', async () => {
    const { port, server } = await startOwner();
    const take = () => ({ rejected: 1, message: 'bad' });
    await follow(port, undefined, { runs: () => ['run-b'], take });
    await expect
      .poll(() => server.route('run-b', TRACES, Buffer.from('x'), 0))
      .toEqual({ rejected: 1, message: 'bad' });
    expect(server.route('run-c', TRACES, Buffer.from('x'), 0)).toBeUndefined();
  });

  it('that goes in the middle of a request leaves it to the owner', async () => {
    const { port, server } = await startOwner();
    let asked = 0;
    const { client } = await follow(port, undefined, {
      runs: () => ['run-b'],
      take: () => {
        asked++;
        return new Promise(() => {});
      },
    });
    let routed: Promise<unknown> | undefined;
    const isRouted = () => (routed = server.route('run-b', TRACES, Buffer.from('x'), 0)) !== undefined;
    await expect.poll(isRouted).toBe(true);
    await expect.poll(() => asked).toBeGreaterThan(0);
    client.close();
    expect(await routed).toBeUndefined();
  });

  it('whose other end has died is let go of', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
    onTestFinished(() => server.close());
    await once(server, 'listening');
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await new Promise((resolve) => socket.once('open', resolve));
    keepAlive(socket, 20);
    await new Promise((resolve) => socket.once('close', resolve));
  });
});

describe('frames', () => {
  it.each([[''], ['00'], ['0009000000000100000000'], ['0000ff000000010000000041']])(
    'that are damaged (%s) are none',
    (hex) => {
      expect(decodeFrame(Buffer.from(hex, 'hex'))).toBeUndefined();
    },
  );

  it('that are remembered are bounded by their bytes', () => {
    const ring = new FrameRing(1_000);
    for (let i = 1; i <= 50; i++) ring.add(i, Buffer.of(i), Buffer.alloc(99, i));
    expect(ring.after(0)).toMatchObject({ missed: 40 });
    expect(ring.after(0).frames.map(([first]) => first)).toEqual([41, 42, 43, 44, 45, 46, 47, 48, 49, 50]);
    expect(ring.after(50)).toEqual({ frames: [], missed: 0 });
    ring.add(51, Buffer.alloc(1), Buffer.alloc(1_000));
    expect(ring.after(45)).toEqual({ frames: [], missed: 6 });
  });

  it('that are remembered are whole, whatever their sizes, and the latest without a gap', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 60 }), (sizes) => {
        const ring = new FrameRing(300, 7);
        sizes.forEach((size, i) => ring.add(i + 1, Buffer.of(i + 1), Buffer.alloc(size, i + 1)));
        const { frames, missed } = ring.after(0);
        expect(frames.length + missed).toBe(sizes.length);
        expect(frames.map((frame) => [frame[0], frame.length])).toEqual(
          sizes.map((size, i) => [i + 1, size + 1]).slice(missed),
        );
        for (const frame of frames) expect(frame.every((byte) => byte === frame[0])).toBe(true);
        if (sizes.length > 0) expect(frames.length).toBeGreaterThan(0);
      }),
    );
  });
});
