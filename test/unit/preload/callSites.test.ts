import { describe, expect, test } from 'vitest';
import { CallSites, commonSite, TracerSites } from '../../../src/preload/capture/callSites';
import { chooseFrames, fileFacts, type Frame } from '../../../src/preload/capture/frames';
import { Governor, NamedSites } from '../../../src/preload/capture/governor';
import { parsePosition } from '../../../src/preload/capture/loaderPositions';
import { RecordedSpan } from '../../../src/preload/capture/recordedSpan';
import { StackDepth } from '../../../src/preload/capture/stackDepth';
import { endedSpan } from './spans';

/** `u` a user frame, `p` a user frame of the tracing API, anything else not the user's. */
function stack(drawn: string): Frame[] {
  return [...drawn].map((kind, id) => ({
    id,
    user: kind === 'u' || kind === 'p',
    plumbing: kind === 'p',
    place: [kind, id, 0, ''],
  }));
}

const chosen = (drawn: string) => {
  const { frames, skipped } = chooseFrames(stack(drawn), (frame) => frame);
  return `${frames.map(({ id }) => id).join()} after ${skipped}`;
};

describe('the frames of a call site', () => {
  test('are the innermost four of the user’s', () => {
    expect(chosen('..u.uuuuu')).toBe('2,4,5,6 after 2');
  });

  test('begin below what the tracing API left on top, and only there', () => {
    expect(chosen('p.pup')).toBe('3,4 after 3');
  });

  test('may be missing', () => {
    expect(chosen('..p.')).toBe(' after -1');
    expect(chosen('')).toBe(' after -1');
  });
});

describe('a file is the user’s', () => {
  const home = '/opt/spanline/preload/';
  test.each([
    ['/app/src/orders.ts', true],
    ['file:///app/src/a%20b.mjs', true],
    ['webpack-internal:///./src/orders.ts', true],
    ['/app/node_modules/pg/lib/client.js', false],
    ['file:///app/node_modules/pg/esm/index.mjs', false],
    ['/app/.yarn/cache/pg-npm-8.zip/node_modules/pg/lib/client.js', false],
    ['/opt/spanline/preload/sdk.cjs', false],
    ['evalmachine.<anonymous>', false],
    ['<anonymous>', false],
  ])('%s: %s', (name, user) => {
    expect(fileFacts(name, home).user).toBe(user);
  });

  test('and goes by its path, not its URL', () => {
    expect(fileFacts('file:///app/a%20b.mjs', home).path).toBe('/app/a b.mjs');
  });
});

describe('the depth of stacks', () => {
  test('shrinks to what was needed, but not before eight lessons', () => {
    const depth = new StackDepth();
    for (let i = 0; i < 7; i++) depth.learn(2);
    expect(depth.limit).toBe(32);
    depth.learn(3);
    expect(depth.limit).toBe(7);
  });

  test('starts anew when a stack held no frame of the user’s', () => {
    const depth = new StackDepth();
    for (let i = 0; i < 8; i++) depth.learn(0);
    expect(depth.limit).toBe(4);
    depth.learn(-1);
    expect(depth.limit).toBe(32);
    for (let i = 0; i < 8; i++) depth.learn(10);
    expect(depth.limit).toBe(14);
  });
});

describe('the governor', () => {
  /** A program that starts spans at a steady rate. */
  function programAt(spansPerSecond: number) {
    let now = 0;
    const governor = new Governor(() => now);
    const names = new NamedSites<string>((one, other) => (one === other ? one : undefined));
    /** Starts a span; answers the reused site, or learns the given one from a stack. */
    const span = (name: string, site = `site of ${name}`) => {
      now += 1000 / spansPerSecond;
      const memory = governor.isHot() ? names.of(name) : undefined;
      const known = memory?.recall();
      if (!known) memory?.learn(site);
      return known;
    };
    return { span, pause: (ms: number) => (now += ms) };
  }

  test('lets every stack be taken while spans are few', () => {
    const { span } = programAt(120);
    expect(Array.from({ length: 2000 }, () => span('a')).filter(Boolean)).toEqual([]);
  });

  test('reuses fifteen of sixteen trusted sites when spans are many, and ever more the longer they are right', () => {
    const { span } = programAt(5000);
    for (let i = 0; i < 200; i++) span('a');
    const reusedOf = (spans: number) => Array.from({ length: spans }, () => span('a')).filter(Boolean).length;
    const atFirst = reusedOf(160);
    expect([atFirst >= 149, atFirst <= 152]).toEqual([true, true]);
    for (let i = 0; i < 20_000; i++) span('a');
    expect(reusedOf(1280)).toBe(1270);
  });

  test('trusts no name that comes from changing places', () => {
    const { span } = programAt(5000);
    const reused = Array.from({ length: 1000 }, (_, i) => span('b', i % 5 === 0 ? 'one' : 'other'));
    expect(reused.filter(Boolean)).toEqual([]);
  });

  test('notices when a name moves to another place', () => {
    const { span } = programAt(5000);
    for (let i = 0; i < 1000; i++) span('c', 'before');
    const after = Array.from({ length: 300 }, () => span('c', 'after'));
    expect(after.slice(128)).not.toContain('before');
  });

  test('gives way again when the storm is over', () => {
    const { span, pause } = programAt(5000);
    for (let i = 0; i < 1000; i++) span('a');
    for (let i = 0; i < 128; i++, pause(10)) span('a');
    expect(span('a')).toBeUndefined();
  });

  test('does not take the pauses of a service for the end of a storm', () => {
    const { span, pause } = programAt(1000);
    const requests = () => {
      for (let i = 0; i < 100; i++) span('a');
      pause(100);
    };
    for (let i = 0; i < 10; i++) requests();
    for (let i = 0; i < 10; i++, pause(100)) {
      const reused = Array.from({ length: 100 }, () => span('a')).filter(Boolean);
      expect(reused.length).toBeGreaterThan(90);
    }
  });

  test('remembers so many names and no more', () => {
    const names = new NamedSites<string>(() => undefined);
    for (let i = 0; i < 500; i++) names.of(`GET /orders/${i}`);
    expect(names.of('GET /orders/499')).toBeDefined();
    expect(names.of('GET /orders/500')).toBeUndefined();
  });
});

describe('call sites', () => {
  const sites = () =>
    new CallSites(
      '/nowhere/',
      () => 0,
      () => false,
    );

  function startSpan(callSites: CallSites, tracer = new TracerSites()): RecordedSpan {
    const record = new RecordedSpan(endedSpan());
    callSites.take(record, tracer, startSpan);
    return record;
  }

  test('are the line that called', () => {
    const callSites = sites();
    const record = startSpan(callSites);
    const [, ...place] = /\(?((?:file:\/\/)?[^()\s]+):(\d+):\d+\)?$/.exec(new Error().stack!.split('\n')[1])!;
    const [file, line] = callSites.resolve(record)!.frames[0].place;
    expect([file, line]).toEqual([place[0].replace('file://', ''), Number(place[1]) - 1]);
  });

  test('are one object for one place', () => {
    const callSites = sites();
    const tracer = new TracerSites();
    const [one, two] = [1, 2].map(() => callSites.resolve(startSpan(callSites, tracer)));
    expect(one).toBe(two);
    expect(callSites.resolve(startSpan(callSites, tracer))).not.toBe(one);
  });

  test('leave the program’s stack settings as they were', () => {
    const before = [Error.stackTraceLimit, Error.prepareStackTrace];
    const callSites = sites();
    callSites.resolve(startSpan(callSites));
    expect([Error.stackTraceLimit, Error.prepareStackTrace]).toEqual(before);
  });

  test('of what was registered are in the module that a bundle evaluates as text, not where it is evaluated', () => {
    const callSites = sites();
    const register = () => callSites.takeStack(register);
    const text = '(register) => register()\n//# sourceURL=webpack://app/./src/server.js';
    const stack = (globalThis.eval(text) as (inner: typeof register) => object)(register);
    expect(callSites.callerOf(stack, new Set())?.frames[0].place[0]).toBe('webpack://app/./src/server.js');
  });

  test('are missing where the program has frozen the stack limit', () => {
    const limit = Error.stackTraceLimit;
    Object.defineProperty(Error, 'stackTraceLimit', { value: 0, writable: false, configurable: true });
    try {
      const callSites = sites();
      expect(callSites.resolve(startSpan(callSites))).toBeUndefined();
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', { value: limit, writable: true, configurable: true });
    }
  });
});

describe('what two call sites have in common', () => {
  const frame = (id: number): Frame => ({ id, user: true, plumbing: false, place: ['/app.js', id, 1, 'f'] });
  const frames = [1, 2, 3, 4, 5].map(frame);
  const site = (...ids: number[]) => ({ frames: ids.map((id) => frames[id - 1]) });

  test.each([
    ['the lines at the top of the stack', site(1, 2, 3), site(1, 2, 4), [1, 2]],
    ['all of a stack that ends early', site(1), site(1, 2), [1]],
    ['too little where a helper alone is the same', site(1, 2), site(1, 3), undefined],
    ['nothing where the first line differs', site(1, 2), site(5, 2), undefined],
  ])('is %s', (_what, one, other, ids) => {
    expect(commonSite(one, other)?.frames.map(({ id }) => id)).toEqual(ids);
    expect(commonSite(other, one)?.frames.map(({ id }) => id)).toEqual(ids);
  });
});

describe('a loader’s printed position', () => {
  test.each([
    ['Error\n    at load (/app/src/orders.ts:12:5)', { file: '/app/src/orders.ts', line: 12, column: 5 }],
    ['Error: x\n    at file:///app/a.ts:1:2', { file: 'file:///app/a.ts', line: 1, column: 2 }],
    ['Error\n    at Orders.load [as run] (C:\\app\\a (b).ts:3:4)', { file: 'C:\\app\\a (b).ts', line: 3, column: 4 }],
    ['Error\n    at native', undefined],
    ['', undefined],
  ])('%j', (printed, position) => {
    expect(parsePosition(printed)).toEqual(position);
  });
});
