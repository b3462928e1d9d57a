import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base/log';
import { pathsAsTheyAre, type PathMapper } from '../../../src/model/mappedPath';
import { StackSources } from '../../../src/sources/stackSources';

/** Maps column 1 of line 1 to line 3, column 5 of the only source. */
const MAP = JSON.stringify({ version: 3, sources: ['../src/pay.ts'], names: [], mappings: 'AAEI' });
const BUILT = {
  '/ws/dist/pay.js': 'x\n//# sourceMappingURL=pay.js.map',
  '/ws/dist/pay.js.map': MAP,
  '/ws/src/pay.ts': '',
};

function sources(files: Record<string, string>, paths: PathMapper = pathsAsTheyAre): StackSources {
  return new StackSources(paths, silentLog, {
    read: (path) => files[path],
    stamp: (path) => (path in files ? '1' : undefined),
  });
}

const inContainer: PathMapper = {
  generation: 0,
  map: (path) =>
    path.startsWith('/app/')
      ? { path: path.replace('/app', '/ws'), confidence: 'likely', reason: `${path} ends like it` }
      : { path, confidence: 'certain' },
};

describe('a frame of a stack trace', () => {
  test('leads through the source map of the file that it names', () => {
    const frame = { path: '/ws/dist/pay.js', line: 1, column: 1, functionName: 'charge' };
    expect(sources(BUILT).locate(frame)).toEqual({
      path: '/ws/src/pay.ts',
      line: 3,
      column: 5,
      functionName: 'charge',
      confidence: 'certain',
      reason: 'stack trace',
    });
  });

  test('of a container leads through the map of the file here', () => {
    expect(sources(BUILT, inContainer).locate({ path: '/app/dist/pay.js', line: 1, column: 1 })).toMatchObject({
      path: '/ws/src/pay.ts',
      line: 3,
      confidence: 'likely',
      reason: 'stack trace; /app/dist/pay.js ends like it',
    });
  });

  test('of a file that is not here stays what it is', () => {
    expect(sources({}).locate({ path: '/app/pay.py', line: 7 })).toEqual({
      path: '/app/pay.py',
      line: 7,
      confidence: 'certain',
      reason: 'stack trace',
    });
  });

  test('of a library is where it says', () => {
    const path = '/ws/node_modules/x/index.js';
    expect(sources({}).locate({ path, line: 7, column: 2 })).toMatchObject({ path, line: 7, column: 2 });
  });
});

describe('the innermost line of the user’s own in a stack', () => {
  test('is the first frame that is nobody else’s, in source', () => {
    const stack =
      'Error\n    at a (/ws/node_modules/a.js:9:9)\n    at charge (/app/dist/pay.js:1:1)\n    at b (/ws/b.js:1:1)';
    expect(sources(BUILT, inContainer).innermost(stack)).toMatchObject({ path: '/ws/src/pay.ts', line: 3 });
  });

  test('is not in code that a bundle took from a library', () => {
    const map = JSON.stringify({ version: 3, sources: ['../node_modules/x/x.js'], names: [], mappings: 'AAEI' });
    const files = { ...BUILT, '/ws/dist/pay.js.map': map, '/ws/main.js': '' };
    const stack = 'Error\n    at x (/ws/dist/pay.js:1:1)\n    at main (/ws/main.js:4:2)';
    expect(sources(files).innermost(stack)).toMatchObject({ path: '/ws/main.js', line: 4 });
  });

  test('is nowhere in a text without frames', () => {
    expect(sources({}).innermost('no frames here')).toBeUndefined();
  });
});
