import { describe, expect, test } from 'vitest';
import { parseStack } from '../../../src/model/stackFrames';

const only = (line: string) => parseStack(line)[0];

describe('stack traces', () => {
  test.each([
    ['    at charge (/srv/shop/charge.ts:48:11)', { path: '/srv/shop/charge.ts', line: 48, column: 11 }],
    ['    at async file:///srv/my%20shop/a.mjs:3:1', { path: '/srv/my shop/a.mjs', line: 3, column: 1 }],
    ['    at Object.<anonymous> (C:\\shop\\a.js:7:2)', { path: 'c:/shop/a.js', line: 7, column: 2 }],
    ['    at new Order [as create] (/srv/o.js:9:3)', { path: '/srv/o.js', line: 9, column: 3 }],
    ['  File "/srv/shop/pay.py", line 12, in charge', { path: '/srv/shop/pay.py', line: 12 }],
    ['\t/srv/shop/pay.go:31 +0x1d', { path: '/srv/shop/pay.go', line: 31 }],
    ['   at Shop.Pay.Charge() in /srv/shop/Pay.cs:line 20', { path: '/srv/shop/Pay.cs', line: 20 }],
    ['#0 /srv/shop/pay.php(55): charge()', { path: '/srv/shop/pay.php', line: 55 }],
    ["/srv/shop/pay.rb:6:in 'charge'", { path: '/srv/shop/pay.rb', line: 6 }],
  ])('%s points to its line', (line, target) => {
    expect(only(line).target).toEqual(target);
  });

  test.each([
    ['    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)'],
    ['    at next (/srv/node_modules/express/lib/router/layer.js:95:5)'],
    ['  File "/usr/lib/python3.12/json/decoder.py", line 355, in raw_decode'],
    ['\tat java.base/java.lang.Thread.run(Thread.java:840)'.replace('java.base/', '')],
  ])('%s is of a library', (line) => {
    expect(only(line).library).toBe(true);
  });

  test('a Java frame names no path, so it points nowhere', () => {
    expect(only('\tat com.shop.Pay.charge(Pay.java:12)')).toEqual({
      text: '\tat com.shop.Pay.charge(Pay.java:12)',
      library: false,
    });
  });

  test('messages and blank lines are no frames, and the text is kept as it came', () => {
    const lines = parseStack('Error: no money\n\n    at a (/srv/a.js:1:2)\r\n    ... 5 more');
    expect(lines.map(({ text }) => text)).toEqual(['Error: no money', '    at a (/srv/a.js:1:2)', '    ... 5 more']);
    expect(lines[0].target).toBeUndefined();
  });

  test('a hostile line of many brackets is parsed at once', () => {
    const started = performance.now();
    parseStack(`    at ${'('.repeat(50_000)}/a:1:2`);
    parseStack(`    at ${'/a:1'.repeat(20_000)}`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('is bounded by its number of lines', () => {
    expect(parseStack('at x\n'.repeat(10_000)).length).toBeLessThanOrEqual(500);
  });
});
