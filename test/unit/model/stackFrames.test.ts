import { describe, expect, test } from 'vitest';
import { parseStack, userFrames } from '../../../src/model/stackFrames';

const only = (line: string) => parseStack(line)[0];

describe('stack traces', () => {
  test.each([
    ['    at charge (/srv/shop/charge.ts:48:11)', '/srv/shop/charge.ts:48:11 charge'],
    ['    at async file:///srv/my%20shop/a.mjs:3:1', '/srv/my shop/a.mjs:3:1'],
    ['    at Object.<anonymous> (C:\\shop\\a.js:7:2)', 'c:/shop/a.js:7:2'],
    ['    at new Order [as create] (/srv/o.js:9:3)', '/srv/o.js:9:3 new Order'],
    ['    at Page (/srv/next/(group)/page.tsx:1:2)', '/srv/next/(group)/page.tsx:1:2 Page'],
    ['    at f (webpack://shop/./src/b.ts:3:4)', 'webpack://shop/./src/b.ts:3:4 f'],
    ['  File "/srv/shop/pay.py", line 12, in charge', '/srv/shop/pay.py:12 charge'],
    ['  File "shop/pay.py", line 12, in <module>', 'shop/pay.py:12'],
    ['\t/srv/shop/pay.go:31 +0x1d', '/srv/shop/pay.go:31'],
    ['\tgithub.com/me/shop/pay.go:31 +0x1d', 'github.com/me/shop/pay.go:31'],
    ['   at Shop.Pay.Charge(Order order) in /srv/shop/Pay.cs:line 20', '/srv/shop/Pay.cs:20 Shop.Pay.Charge'],
    ['   at Shop.Pay.Charge() in C:\\src\\Pay.cs:line 20', 'c:/src/Pay.cs:20 Shop.Pay.Charge'],
    ['#0 /srv/shop/pay.php(55): charge(Object(Card))', '/srv/shop/pay.php:55 charge'],
    ['Exception: no money in /srv/shop/pay.php:12', '/srv/shop/pay.php:12'],
    ["/srv/shop/pay.rb:6:in 'charge'", '/srv/shop/pay.rb:6 charge'],
    ["\tfrom pay.rb:6:in `block in <main>'", 'pay.rb:6 block in <main>'],
    ['             at ./src/pay.rs:31:9', 'src/pay.rs:31:9'],
    ['\tat com.shop.Pay$Card.charge(Pay.java:12)', 'com/shop/Pay.java:12 Pay$Card.charge'],
    ['\tat app//com.shop.Pay.lambda$run$0(Pay.kt:12) ~[classes/:na]', 'com/shop/Pay.kt:12 Pay.lambda$run$0'],
    ['\tat Main.main(Main.java:3)', 'Main.java:3 Main.main'],
  ])('%s points to its line', (line, expected) => {
    const { path, line: number, column, functionName } = only(line).target!;
    const place = [path, number, ...(column === undefined ? [] : [column])].join(':');
    expect([place, ...(functionName === undefined ? [] : [functionName])].join(' ')).toBe(expected);
    expect(only(line).library).toBe(false);
  });

  test.each([
    ['    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)'],
    ['    at next (/srv/node_modules/express/lib/router/layer.js:95:5)'],
    ['  File "/usr/lib/python3.12/json/decoder.py", line 355, in raw_decode'],
    ['\tat java.base/java.lang.Thread.run(Thread.java:840)'],
    ['\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:10)'],
    ['   at System.Threading.Tasks.Task.Run() in /_/src/libraries/Task.cs:line 3'],
    ["\tfrom /usr/share/gems/rack/lib/rack.rb:3:in 'call'"],
    ['             at /rustc/90b35a/library/std/src/panicking.rs:645:5'],
  ])('%s is of a library', (line) => {
    expect(only(line).library).toBe(true);
  });

  test.each([
    ['    at async Promise.all (index 0)'],
    ['    at eval (eval at run (/srv/x.js:1:1), <anonymous>:1:1)'],
    ['    at http://localhost:3000/a.js:1:2'],
    ['    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)'],
    ['\tat com.shop.Pay.charge(Native Method)'],
    ['  File "<string>", line 1, in <module>'],
    ['Caused by: java.lang.Error: at 3'],
  ])('%s points nowhere', (line) => {
    expect(only(line).target).toBeUndefined();
  });

  test.each([
    ['main.(*Cart).charge(0x1, 0x2)\n\t/srv/pay.go:31 +0x1d', 'main.(*Cart).charge'],
    ['github.com/me/shop/cart.Add({0x0})\n\tgithub.com/me/shop/cart/add.go:5 +0x1', 'github.com/me/shop/cart.Add'],
    ['   1: shop::pay::charge\n             at ./src/pay.rs:31:9', 'shop::pay::charge'],
  ])('%j names the function on the line before', (stack, name) => {
    expect(parseStack(stack)[1].target?.functionName).toBe(name);
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

describe('the frames of the user’s own code', () => {
  const first = (stack: string) => {
    const [frame] = userFrames(stack);
    return frame && `${frame.path}:${frame.line}`;
  };

  test('begin where it happened', () => {
    const stack = 'Error: x\n    at f (/srv/node_modules/a.js:1:1)\n    at g (/srv/b.js:2:1)\n    at h (/srv/c.js:3:1)';
    expect(first(stack)).toBe('/srv/b.js:2');
  });

  test('begin at the end in Python, which writes the innermost last', () => {
    const stack = [
      'Traceback (most recent call last):',
      '  File "/srv/main.py", line 5, in <module>',
      '    charge()',
      '  File "/srv/pay.py", line 12, in charge',
      '    json.loads(text)',
      '  File "/usr/lib/python3.12/json/decoder.py", line 355, in raw_decode',
      'ValueError: x',
    ].join('\n');
    expect(first(stack)).toBe('/srv/pay.py:12');
  });

  test('leave out a library’s function whose file does not tell', () => {
    const stack =
      'net/http.HandlerFunc.ServeHTTP(...)\n\tnet/http/server.go:2122 +0x29\nmain.main()\n\t/srv/main.go:9 +0x5';
    expect(first(stack)).toBe('/srv/main.go:9');
  });

  test('are none in a text without frames', () => {
    expect(userFrames('it went wrong')).toEqual([]);
  });
});
