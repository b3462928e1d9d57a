import * as files from 'node:fs';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
import { JOURNAL_FOLDER } from '../../../src/protocol/preload';

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
    const answers = [400, 503, 200, 409];
    const server = createHttpServer((request, response) => {
      request.resume();
      response.statusCode = answers.shift()!;
      response.end('{}');
    });
    const post = connectTo(await listen(server));
    const results = [await post('1'), await post('2'), await post('3'), await post('4')];
    expect(results).toEqual(['refused', 'failed', 'taken', 'over']);
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
  const batch = (name: string, spans = 1): EncodedBatch => ({
    parts: [name],
    size: name.length,
    spans,
    maps: [],
  });
  const nameOf = ({ parts }: EncodedBatch) => parts.join('');

  /** `answer(result)` answers the request under way; `pass()` lets the retry timer fire. */
  function testSender(mostWaiting?: number) {
    const posts: string[] = [];
    const delays: number[] = [];
    const lost: string[] = [];
    let givenUp = false;
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
        queueMicrotask,
      },
      outsideContext: (run) => run(),
      onLost: (each) => lost.push(nameOf(each)),
      onTaken: () => {},
      onGivenUp: () => (givenUp = true),
      mostWaiting,
    });
    const answer = (result: PostResult) => done!(result);
    const send = (...batches: EncodedBatch[]) => {
      for (const each of batches) sender.add(each);
      sender.send();
    };
    return { sender, send, posts, delays, lost, answer, pass: () => timer!(), isGivenUp: () => givenUp };
  }

  test('sends what waits in one request, in order, and the rest when it is answered', () => {
    const { sender, send, posts, answer } = testSender();
    send(batch('a'), batch('b'));
    expect(posts).toEqual(['[a,b]']);
    send(batch('c'));
    sender.add(batch('d'));
    answer('taken');
    expect(posts).toEqual(['[a,b]', '[c]']);
    answer('taken');
    expect(posts).toHaveLength(2);
    expect(sender.unsent().map(nameOf)).toEqual(['d']);
  });

  test('sends nothing any more once the run is over', () => {
    const { sender, send, posts, answer, isGivenUp } = testSender();
    send(batch('a'));
    sender.add(batch('b'));
    answer('over');
    send(batch('c'));
    expect([posts, sender.unsent(), isGivenUp()]).toEqual([['[a]'], [], true]);
  });

  test('stops trying when nobody listens for two minutes', () => {
    const { send, posts, delays, answer, pass, isGivenUp } = testSender();
    send(batch('a'));
    while (!isGivenUp() && posts.length < 1000) {
      answer('failed');
      if (!isGivenUp()) pass();
    }
    const waited = delays.reduce((sum, delay) => sum + delay, 0);
    expect([posts.length, waited > 110_000, waited < 130_000]).toEqual([61, true, true]);
  });

  test('makes no request longer than a few megabytes, unless one batch is', () => {
    const { send, posts, answer } = testSender();
    const [huge, large, small] = ['x'.repeat(5e6), 'y'.repeat(3e6), 'z'.repeat(2e6)];
    send(batch(huge), batch(large), batch(small));
    answer('taken');
    answer('taken');
    expect(posts.map((body) => body.length)).toEqual([5e6 + 2, 3e6 + 2, 2e6 + 2]);
  });

  test('sends again what failed, at growing distances, and starts over after a success', () => {
    const { sender, send, posts, delays, answer, pass } = testSender();
    send(batch('a'));
    for (let i = 0; i < 5; i++) {
      answer('failed');
      pass();
    }
    answer('taken');
    send(batch('b'));
    answer('failed');
    expect(posts).toEqual(['[a]', '[a]', '[a]', '[a]', '[a]', '[a]', '[b]']);
    expect(delays).toEqual([0, 100, 500, 2000, 2000, 0]);
    expect(sender.unsent().map(nameOf)).toEqual(['b']);
  });

  test('drops what is refused, and counts it', () => {
    const { sender, send, posts, lost, answer } = testSender();
    send(batch('bad', 7));
    send(batch('good'));
    answer('refused');
    expect(posts).toEqual(['[bad]', '[good]']);
    expect(lost).toEqual(['bad']);
    expect([sender.takeLost(), sender.takeLost()]).toEqual([7, 0]);
  });

  test('holds so much and no more while the engine is away, the newest longest', () => {
    const { sender, send, lost, answer, pass, posts } = testSender(10);
    for (const name of ['aaaa', 'bbbb', 'cccc', 'dddd']) send(batch(name, 2));
    expect(lost).toEqual(['aaaa', 'bbbb']);
    expect(sender.takeLost()).toBe(4);
    answer('failed');
    pass();
    expect(posts).toEqual(['[aaaa]', '[cccc,dddd]']);
  });
});

describe('the spool', () => {
  const line = (text: string) => `${text}\n`;
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
    const spool = new Spool(where, { pid: 12, thread: 3 }, files);
    expect([spool.write([line('{"a":1}')]), spool.write([line('{"b":2}'), line('{"c":3}')])]).toEqual([true, true]);
    const names = readdirSync(where).sort();
    expect(names.map((name) => /^12-3-.*\.spanline\.json$/.test(name))).toEqual([true, true]);
    expect(names.map((name) => readFileSync(join(where, name), 'utf8'))).toEqual(['{"a":1}\n', '{"b":2}\n{"c":3}\n']);
  });

  test('keeps a journal that becomes a file of its own when the thread ends', () => {
    const where = folder();
    mkdirSync(join(where, JOURNAL_FOLDER));
    const spool = new Spool(where, { pid: 12, thread: 3 }, files);
    expect(spool.close(line('{"last":1}'))).toBe(false);
    expect([spool.note(line('{"a":1}')), spool.note(line('{"b":2}'))]).toEqual([true, true]);
    const [live] = readdirSync(join(where, JOURNAL_FOLDER));
    expect(live).toMatch(/^12-3-.*\.spanline\.json$/);
    expect(readFileSync(join(where, JOURNAL_FOLDER, live), 'utf8')).toBe('{"a":1}\n{"b":2}\n');
    spool.rewrite([line('{"b":2}'), line('{"c":3}')]);
    expect(spool.close(line('{"last":1}'))).toBe(true);
    expect(readdirSync(join(where, JOURNAL_FOLDER))).toEqual([]);
    const [ended] = readdirSync(where).filter((name) => name !== JOURNAL_FOLDER);
    expect(readFileSync(join(where, ended), 'utf8')).toBe('{"b":2}\n{"c":3}\n{"last":1}\n');
    expect(spool.hasJournal).toBe(false);
  });

  test('keeps no journal where there is no place for one', () => {
    const spool = new Spool(folder(), { pid: 12, thread: 3 }, files);
    expect(spool.hasJournal).toBe(true);
    expect(spool.note(line('{}'))).toBe(false);
    expect(spool.hasJournal).toBe(false);
  });

  test('is told to write a journal anew before it grows without end', () => {
    const where = folder();
    mkdirSync(join(where, JOURNAL_FOLDER));
    const spool = new Spool(where, { pid: 12, thread: 3 }, files);
    const thousand = line(JSON.stringify('x'.repeat(1000)));
    let lines = 0;
    for (; !spool.isLong && lines < 5000; lines++) spool.note(thousand);
    expect(lines).toBeGreaterThan(1000);
    expect(lines).toBeLessThan(1100);
    spool.rewrite([]);
    expect(spool.isLong).toBe(false);
  });

  test('fails in silence', () => {
    expect(new Spool(undefined, { pid: 1, thread: 0 }, files).write([line('{}')])).toBe(false);
    expect(new Spool('/proc/nowhere', { pid: 1, thread: 0 }, files).write([line('{}')])).toBe(false);
  });
});
