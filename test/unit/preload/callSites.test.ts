import { describe, expect, test } from 'vitest';
import { CallSites } from '../../../src/preload/capture/callSites';
import { chooseFrames, fileFacts, type Frame } from '../../../src/preload/capture/frames';
import { Governor } from '../../../src/preload/capture/governor';
import { parsePosition } from '../../../src/preload/capture/loaderPositions';
import { StackDepth } from '../../../src/preload/capture/stackDepth';

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
  const tracer = {};

  function governorAt(spansPerSecond: number): {
    governor: Governor<string>;
    span: (name: string) => string | undefined;
  } {
    let now = 0;
    const governor = new Governor<string>(() => now);
    /** Starts a span; answers the reused site, or learns `site of <name>`. */
    const span = (name: string) => {
      now += 1000 / spansPerSecond;
      const memory = governor.memory(tracer, name);
      const known = memory?.recall();
      if (!known) memory?.learn(`site of ${name}`);
      return known;
    };
    return { governor, span };
  }

  test('lets every stack be taken while spans are few', () => {
    const { span } = governorAt(400);
    const reused = Array.from({ length: 2000 }, () => span('a')).filter(Boolean);
    expect(reused).toEqual([]);
  });

  test('reuses fifteen of sixteen trusted sites when spans are many', () => {
    const { span } = governorAt(5000);
    for (let i = 0; i < 1000; i++) span('a');
    const reused = Array.from({ length: 160 }, () => span('a')).filter((site) => site === 'site of a');
    expect(reused).toHaveLength(150);
  });

  test('trusts no name that comes from changing places', () => {
    const { governor, span } = governorAt(5000);
    for (let i = 0; i < 1000; i++) span('warm-up');
    let reused = 0;
    for (let i = 0; i < 500; i++) {
      const memory = governor.memory(tracer, 'b');
      if (memory?.recall()) reused++;
      memory?.learn(i % 5 === 0 ? 'one' : 'other');
    }
    expect(reused).toBe(0);
  });

  test('gives way again when the storm is over', () => {
    let now = 0;
    const governor = new Governor<string>(() => now);
    for (let i = 0; i < 1000; i++, now += 0.1) governor.memory(tracer, 'a')?.learn('site');
    for (let i = 0; i < 64; i++, now += 10) governor.memory(tracer, 'a');
    expect(governor.memory(tracer, 'a')).toBeUndefined();
  });
});

describe('call sites', () => {
  const sites = () =>
    new CallSites(
      '/nowhere/',
      () => 0,
      () => false,
    );

  function startSpan(callSites: CallSites, tracer: object) {
    return callSites.take(tracer, 'name', startSpan);
  }

  test('are the line that called', () => {
    const callSites = sites();
    const pending = startSpan(callSites, {});
    const here = new Error().stack!.split('\n')[1];
    const [file, line, column] = callSites.resolve(pending)!.frames[0].place;
    expect(file).toBe(here.match(/\(?(\/.*):\d+:\d+\)?$/)![1].replace(/^.*?\(/, ''));
    expect(line).toBe(Number(here.match(/:(\d+):\d+\)?$/)![1]) - 1);
    expect(column).toBeGreaterThan(1);
  });

  test('are one object for one place', () => {
    const callSites = sites();
    const tracer = {};
    const [one, two] = [1, 2].map(() => callSites.resolve(startSpan(callSites, tracer)));
    expect(one).toBe(two);
    expect(callSites.resolve(startSpan(callSites, tracer))).not.toBe(one);
  });

  test('leave the program’s stack settings as they were', () => {
    const before = [Error.stackTraceLimit, Error.prepareStackTrace];
    const callSites = sites();
    callSites.resolve(startSpan(callSites, {}));
    expect([Error.stackTraceLimit, Error.prepareStackTrace]).toEqual(before);
  });

  test('are missing where the program has frozen the stack limit', () => {
    const limit = Error.stackTraceLimit;
    Object.defineProperty(Error, 'stackTraceLimit', { value: 0, writable: false, configurable: true });
    try {
      const callSites = sites();
      expect(callSites.resolve(startSpan(callSites, {}))).toBeUndefined();
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', { value: limit, writable: true, configurable: true });
    }
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
