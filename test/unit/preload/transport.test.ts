import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { EncodedBatch } from '../../../src/preload/capture/batch';
import { EngineConnection, parseAnswer, type PostResult } from '../../../src/preload/capture/connection';
import { Sender } from '../../../src/preload/capture/sender';
import { Spool } from '../../../src/preload/capture/spool';

describe('an answer of the engine', () => {
  test.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}', { status: 200, keepAlive: true }],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}', { status: 200, keepAlive: false }],
    ['HTTP/1.1 204 No Content\r\n\r\n', { status: 204, keepAlive: false }],
    ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{', 'incomplete'],
    ['HTTP/1.1 200 OK\r\nContent-Le', 'incomplete'],
    ['nonsense\r\n\r\n', { status: 0, keepAlive: false }],
  ])('%j', (text, answer) => {
    expect(parseAnswer(text)).toEqual(answer);
  });
});

describe('a connection to the engine', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function connectTo(endpoint: string): (body: string) => Promise<PostResult> {
    const settings = { endpoint, run: 'run-1', spool: undefined, eager: false };
    const connection = new EngineConnection({ settings, outsideContext: (run) => run() });
    return (body) => new Promise((resolve) => connection.post(body, resolve));
  }

  test('posts batch after batch over one socket that does not keep the process alive', async () => {
    const seen: unknown[] = [];
    const sockets = new Set<Socket>();
    const server = createHttpServer((request, response) => {
      sockets.add(request.socket);
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        seen.push([request.method, request.url, request.headers['x-spanline-run'], body]);
        response.end('{}');
      });
    });
    const post = connectTo(await listen(server));
    expect([await post('{"a":"ü"}'), await post('{"b":1}')]).toEqual(['taken', 'taken']);
    expect(seen).toEqual([
      ['POST', '/spanline/v1/spans', 'run-1', '{"a":"ü"}'],
      ['POST', '/spanline/v1/spans', 'run-1', '{"b":1}'],
    ]);
    expect(sockets.size).toBe(1);
    server.closeAllConnections();
  });

  test('tells refusals from failures', async () => {
    const answers = [400, 503, 200];
    const server = createHttpServer((request, response) => {
      request.resume();
      response.statusCode = answers.shift()!;
      response.end('{}');
    });
    const post = connectTo(await listen(server));
    expect([await post('1'), await post('2'), await post('3')]).toEqual(['refused', 'failed', 'taken']);
    server.closeAllConnections();
  });

  test('fails when nobody listens, and finds the engine when it is back', async () => {
    const server = createHttpServer((request, response) => {
      request.resume();
      response.end('{}');
    });
    const endpoint = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const post = connectTo(endpoint);
    expect(await post('1')).toBe('failed');
    await new Promise<void>((resolve) => server.listen(Number(new URL(endpoint).port), '127.0.0.1', resolve));
    expect(await post('2')).toBe('taken');
    server.closeAllConnections();
  });

  test('fails when the engine hangs up without an answer', async () => {
    const post = connectTo(await listen(createServer((socket) => void socket.once('data', () => socket.destroy()))));
    expect(await post('1')).toBe('failed');
  });
});

describe('the sender', () => {
  const batch = (name: string, spans = 1): EncodedBatch => ({ text: name, spans, maps: [] });

  /** `answer(result)` answers the request under way; `pass()` lets the retry timer fire. */
  function testSender(mostWaiting?: number) {
    const posts: string[] = [];
    const delays: number[] = [];
    const lost: string[] = [];
    let done: ((result: PostResult) => void) | undefined;
    let timer: (() => void) | undefined;
    const sender = new Sender({
      post: (body, callback) => {
        posts.push(body);
        done = callback;
      },
      timers: {
        setTimeout: ((callback: () => void, delay: number) => {
          timer = callback;
          delays.push(delay);
          return { unref: () => {} };
        }) as unknown as typeof setTimeout,
        clearTimeout,
        setImmediate,
      },
      outsideContext: (run) => run(),
      onLost: ({ text }) => lost.push(text),
      mostWaiting,
    });
    const answer = (result: PostResult) => done!(result);
    return { sender, posts, delays, lost, answer, pass: () => timer!() };
  }

  test('sends one batch at a time, in order', () => {
    const { sender, posts, answer } = testSender();
    sender.add(batch('a'));
    sender.add(batch('b'));
    expect(posts).toEqual(['a']);
    answer('taken');
    expect(posts).toEqual(['a', 'b']);
    answer('taken');
    expect(sender.unsent()).toEqual([]);
  });

  test('sends again what failed, at growing distances, and starts over after a success', () => {
    const { sender, posts, delays, answer, pass } = testSender();
    sender.add(batch('a'));
    for (let i = 0; i < 5; i++) {
      answer('failed');
      pass();
    }
    answer('taken');
    sender.add(batch('b'));
    answer('failed');
    expect(posts).toEqual(['a', 'a', 'a', 'a', 'a', 'a', 'b']);
    expect(delays).toEqual([0, 100, 500, 2000, 2000, 0]);
    expect(sender.unsent().map(({ text }) => text)).toEqual(['b']);
  });

  test('drops what is refused, and counts it', () => {
    const { sender, posts, lost, answer } = testSender();
    sender.add(batch('bad', 7));
    sender.add(batch('good'));
    answer('refused');
    expect(posts).toEqual(['bad', 'good']);
    expect(lost).toEqual(['bad']);
    expect([sender.takeLost(), sender.takeLost()]).toEqual([7, 0]);
  });

  test('holds so much and no more while the engine is away, the newest longest', () => {
    const { sender, lost, answer, pass, posts } = testSender(10);
    for (const name of ['aaaa', 'bbbb', 'cccc', 'dddd']) sender.add(batch(name, 2));
    expect(lost).toEqual(['aaaa', 'bbbb']);
    expect(sender.takeLost()).toBe(4);
    answer('failed');
    pass();
    expect(posts).toEqual(['aaaa', 'cccc']);
    answer('taken');
    expect(posts).toEqual(['aaaa', 'cccc', 'dddd']);
  });
});

describe('the spool', () => {
  const folders: string[] = [];
  const folder = () => {
    folders.push(mkdtempSync(join(tmpdir(), 'spanline-spool-')));
    return folders.at(-1)!;
  };
  afterEach(() => {
    for (const each of folders.splice(0)) rmSync(each, { recursive: true });
  });

  test('holds whole files with names of their own', () => {
    const where = folder();
    const spool = new Spool(where, { pid: 12, thread: 3 });
    expect([spool.write('{"a":1}'), spool.write('{"b":2}')]).toEqual([true, true]);
    const names = readdirSync(where).sort();
    expect(names.map((name) => /^12-3-.*\.spanline\.json$/.test(name))).toEqual([true, true]);
    expect(names.map((name) => readFileSync(join(where, name), 'utf8'))).toEqual(['{"a":1}', '{"b":2}']);
  });

  test('fails in silence', () => {
    expect(new Spool(undefined, { pid: 1, thread: 0 }).write('{}')).toBe(false);
    expect(new Spool('/proc/nowhere', { pid: 1, thread: 0 }).write('{}')).toBe(false);
  });
});
