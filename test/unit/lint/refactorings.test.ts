import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/lint/fixes/edits';
import { refactoringsOf, type LintTextOptions } from './harness';
import { typeErrors } from './typeErrors';

type Options = LintTextOptions & { readonly asked?: boolean };

const HEAD = `import { SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('shop');
declare function fetchText(url: string): Promise<string>;
declare function use(...values: unknown[]): void;

`;

const WRAP = 'refactor.rewrite.wrapInSpan';
const ADD = 'refactor.rewrite.addParameterAttributes';
const MANIFEST = { 'package.json': '{"name":"shop","dependencies":{"@opentelemetry/api":"1"}}' };

function offerOf(marked: string, kind: string, options: Options = {}) {
  const { code, offered } = refactoringsOf(marked, { files: MANIFEST, ...options });
  return { code, offer: offered.find((each) => each.kind === kind)?.offer };
}

/** The text after the refactoring, which brings no type error and loses no comment. */
function applied(marked: string, kind: string, options: Options = {}): string {
  const { code, offer } = offerOf(marked, kind, options);
  if (!offer) throw new Error('Nothing is offered');
  if ('refused' in offer) throw new Error(offer.refused);
  const after = applyEdits(code, offer.edits);
  const name = options.path ?? 'main.ts';
  const before = new Set(typeErrors(name, code));
  // In JavaScript what is caught goes to the span as it is, which a strict checker would ask about.
  const added = typeErrors(name, after).filter((message) => !before.has(message) && !/type 'Exception'/.test(message));
  expect({ after, added }).toEqual({ after, added: [] });
  for (const [comment] of code.matchAll(/(?<!:)\/\/[^\n]*/g)) expect(after).toContain(comment.trim());
  return after;
}

const wrapped = (marked: string, options?: Options) => applied(marked, WRAP, options);

function refusal(marked: string, options: Options = {}): string | undefined {
  const { offer } = offerOf(HEAD + marked, WRAP, options);
  return offer && 'refused' in offer ? offer.refused : undefined;
}

const below = (text: string) => text.slice(HEAD.length);

describe('wrapping a function in a span', () => {
  test('puts the body into it, waits for what is returned, and keeps comments and lay-out', () => {
    const code = `export async function lo^ad(url: string): Promise<'a' | 'b'> { // why
  // first
  const text = await fetchText(url); // second
  return text === \`
\` ? 'a' : later();
  // last
}
declare function later(): Promise<'b'>;
`;
    expect(below(wrapped(HEAD + code))).toBe(`export async function load(url: string): Promise<'a' | 'b'> { // why
  return tracer.startActiveSpan('load', async (span): Promise<'a' | 'b'> => {
    try {
      // first
      const text = await fetchText(url); // second
      return await (text === \`
\` ? 'a' : later());
      // last
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
declare function later(): Promise<'b'>;
`);
  });

  const SHAPES: Readonly<Record<string, readonly [code: string, ...holds: string[]]>> = {
    'a function without a value': ['function r^un() {\n  use(1);\n}', "{\n  tracer.startActiveSpan('run', (span) => {"],
    'a function on one line': ['function r^un() { use(1); }', '    try {\n      use(1);\n    } catch'],
    'a short arrow': [
      'const tw^ice = (n: number) => n * 2;',
      "=> tracer.startActiveSpan('twice', (span) => {",
      'return n * 2;',
    ],
    'a short arrow that gives an object': ['const pa^ir = (n: number) => ({ n });', 'return { n };'],
    'a short async arrow': [
      'const te^xt = async (url: string) => fetchText(url);',
      'async (span) => {',
      'return await fetchText(url);',
    ],
    'a function that gives a promise and is not async': [
      'function te^xt(url: string): Promise<string> {\n  const text = fetchText(url);\n  return text;\n}',
      'async (span): Promise<string> => {',
      'return await text;',
    ],
    'a type guard': [
      'function is^Text(x: unknown): x is string {\n  return typeof x === "string";\n}',
      '(span): boolean => {',
    ],
    'an assertion': ['function as^sert(x: unknown): asserts x {\n  if (!x) throw new Error();\n}', '(span): void => {'],
    'a generic function': [
      'function fi^rst<T>(list: readonly T[]): T | undefined {\n  return list[0];\n}',
      '(span): T | undefined => {',
    ],
    'a function that takes its arguments as they come': [
      'function co^unt(..._: unknown[]) {\n  return arguments.length;\n}',
      'return arguments.length;',
    ],
    'a method': [
      'class Cart {\n  total = 0;\n  ad^d(n: number) {\n    this.total += n;\n  }\n}',
      "'Cart.add'",
      'this.total += n;',
    ],
    'a field that is a function': [
      'class Cart {\n  private ad^d = async (n: number) => {\n    use(n);\n  };\n}',
      "'Cart.add'",
    ],
    'a method of an object': [
      'const cart = {\n  ad^d(n: number) {\n    return n + 1;\n  },\n};',
      "return tracer.startActiveSpan('add'",
    ],
    'a nested function': [
      'function outer() {\n  const in^ner = () => {\n    use(1);\n  };\n  inner();\n}',
      "    tracer.startActiveSpan('inner'",
    ],
    'a function with directives': [
      "async function sa^ve() {\n  'use server';\n  use(1);\n}",
      "{\n  'use server';\n  return tracer",
    ],
    'a function whose names are taken': [
      'function r^un(span: string) {\n  use(span);\n}',
      '(activeSpan) => {',
      'activeSpan.end();',
    ],
    'a function that throws alone': ['function fa^il(): never {\n  throw new Error();\n}', '(span): never => {'],
    'a function that is selected whole': ['^function run() {\n  use(1);\n}^', "tracer.startActiveSpan('run'"],
    'a constant that is selected whole': ['^const run = () => {\n  use(1);\n};^', "tracer.startActiveSpan('run'"],
    'an overloaded function': [
      'function ov^er(a: string): string;\nfunction o^ver(a: string) {\n  return a;\n}'.replace('^', ''),
      "tracer.startActiveSpan('over'",
    ],
  };

  test.each(Object.entries(SHAPES))('fits %s', (_, [code, ...holds]) => {
    const after = below(wrapped(HEAD + code));
    for (const each of holds) expect(after).toContain(each);
  });

  test.each(Object.entries(SHAPES).filter(([, [code]]) => code.split('^').length === 2))(
    'a second time adds nothing to %s',
    (_, [code]) => {
      const once = wrapped(HEAD + code);
      const at = HEAD.length + code.indexOf('^');
      expect(offerOf(`${once.slice(0, at)}^${once.slice(at)}`, WRAP).offer).toBeUndefined();
    },
  );

  test.each([
    ['function* ^all() {\n  yield 1;\n}', /generator/i],
    ['class A {\n  n: number;\n  constr^uctor() {\n    this.n = 1;\n  }\n}', /constructor/i],
    ['class A {\n  get si^ze() {\n    return 1;\n  }\n}', /accessor/i],
    ['function no^thing() {}', /does nothing/],
  ])('is refused with a reason: %s', (code, reason) => {
    expect(refusal(code)).toMatch(reason);
  });

  test('is not offered to a cursor inside of the body, unless it is asked for', () => {
    const code = 'function run() {\n  use(^1);\n}';
    expect(offerOf(HEAD + code, WRAP).offer).toBeUndefined();
    expect(wrapped(HEAD + code, { asked: true })).toContain("tracer.startActiveSpan('run'");
  });

  test('is not offered for what a span runs already, and still for a part of it', () => {
    const callback =
      "export const run = () =>\n  tracer.startActiveSpan('run', async (s^pan) => {\n    await work();\n    span.end();\n  });";
    expect(offerOf(HEAD + callback, WRAP).offer).toBeUndefined();
    const part = callback.replace('^', '').replace('await work();', '^await work();^');
    expect(offerOf(HEAD + part, WRAP).offer).toMatchObject({ title: 'Wrap the selection in a span' });
  });

  test('is not offered where the project does not use OpenTelemetry; asked for, it says what to install', () => {
    const code = 'export function r^un() {\n  return 1;\n}';
    expect(offerOf(code, WRAP, { files: {} }).offer).toBeUndefined();
    expect(offerOf(code, WRAP, { files: {}, asked: true }).offer).toMatchObject({
      refused: expect.stringContaining('npm install @opentelemetry/api') as string,
    });
  });
});

describe('the tracer of a wrapped function', () => {
  test('is made below the imports where there is none', () => {
    const after = wrapped(
      "import { readFileSync } from 'node:fs'; // disk\n\nexport const re^ad = (path: string) => readFileSync(path);\n",
    );
    expect(after).toMatch(
      /^import \{ readFileSync \} from 'node:fs'; \/\/ disk\nimport \{ SpanStatusCode, trace \} from '@opentelemetry\/api';\n\nconst tracer = trace\.getTracer\('shop'\);\n\nexport const read/,
    );
  });

  test('is required in CommonJS, in the style of the file', () => {
    const after = wrapped(
      "'use strict'\n\nconst fs = require('fs')\n\nexports.read = function re^ad(path) {\n\treturn fs.readFileSync(path)\n}\n",
      {
        path: 'main.js',
      },
    );
    expect(after).toContain(
      "const { SpanStatusCode, trace } = require('@opentelemetry/api')\n\nconst tracer = trace.getTracer('shop')\n",
    );
    expect(after).toContain(
      "\treturn tracer.startActiveSpan('read', (span) => {\n\t\ttry {\n\t\t\treturn fs.readFileSync(path)\n",
    );
    expect(after).not.toContain(';');
  });

  test('is imported in the JavaScript of an ES module', () => {
    const files = { 'package.json': '{"type":"module","dependencies":{"@opentelemetry/api":"1"}}' };
    expect(wrapped('function r^un() {\n  return 1;\n}\n', { path: 'main.js', files })).toMatch(
      /^import \{ SpanStatusCode, trace \}/,
    );
  });

  test("is the class's own, where it has one", () => {
    const code = `import { trace, type Tracer } from '@opentelemetry/api';
export class Cart {
  constructor(private readonly tracing: Tracer) {}
  a^dd(n: number) {
    return n + 1;
  }
}
`;
    const after = wrapped(code);
    expect(after).toContain("this.tracing.startActiveSpan('Cart.add'");
    expect(after).toContain("import { trace, type Tracer, SpanStatusCode } from '@opentelemetry/api';");
  });

  test("is the file's own wrapper, where it uses one", () => {
    const code = `${HEAD}function traced<T>(name: string, run: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await run();
    } finally {
      span.end();
    }
  });
}
export const one = () => traced('cart.one', async () => fetchText('1'));
export const two = () => traced('cart.two', async () => fetchText('2'));
export async function thr^ee(): Promise<string> {
  return fetchText('3');
}
`;
    expect(wrapped(code)).toContain(`  return traced('cart.three', async (): Promise<string> => {
    return await fetchText('3');
  });`);
  });

  test('is made where a name alone speaks for one', () => {
    const code = 'export function r^un(tracer: string) {\n  return tracer;\n}\n';
    expect(wrapped(code)).toContain("const otelTracer = trace.getTracer('shop');");
  });

  test.each([
    ["'load cart', 'save cart'", 'empty cart'],
    ["'load-cart', 'save-cart'", 'empty-cart'],
    ["'cart.load', 'cart.save'", 'cart.emptyCart'],
  ])("names the span as the file's others are named: %s", (names, expected) => {
    const others = names.split(', ').map((name) => `tracer.startSpan(${name}).end();\n`);
    expect(wrapped(`${HEAD}${others.join('')}export function empty^Cart() {\n  use(1);\n}\n`)).toContain(
      `('${expected}'`,
    );
  });
});

describe('wrapping statements in a span', () => {
  const SHAPES: Readonly<Record<string, readonly [code: string, ...holds: string[]]>> = {
    'one that declares what is used later': [
      "async function run() {\n  ^const text = await fetchText('a');^\n  return text.length;\n}",
      "const text = await tracer.startActiveSpan('fetchText', async (span) => {",
      '      return text;\n',
    ],
    'several that declare, comments with them': [
      "async function run() {\n  ^// both\n  const mode = 'a';\n  let text = await fetchText(mode); // later\n^  text += mode;\n  const same: 'a' = mode;\n  return text + same;\n}",
      'let { mode, text } = await tracer.startActiveSpan(',
      '      // both\n',
      'return { mode, text } as const;',
    ],
    'a loop with its own jumps': [
      'function run(list: number[]) {\n  let sum = 0;\n  ^for (const n of list) {\n    if (n < 0) continue;\n    if (n > 9) break;\n    sum += n;\n  }^\n  return sum;\n}',
      "  tracer.startActiveSpan('run', (span) => {",
    ],
    'the end of a function, which returns': [
      'async function run(n: number): Promise<number | string> {\n  use(n);\n  ^if (n > 1) return 1;\n  return fetchText("a");^\n}',
      'return tracer.startActiveSpan(',
      'async (span): Promise<number | string> => {',
      'return await fetchText("a");',
    ],
    'what uses this': [
      'class A {\n  n = 1;\n  run() {\n    ^use(this.n);^\n    return this.n;\n  }\n}',
      "    tracer.startActiveSpan('use', (span) => {",
    ],
    'one among others on its line': [
      'function run(n: number) { ^use(n);^ }',
      "{\n  tracer.startActiveSpan('use', (span) => {",
    ],
    'what stands in a case': [
      'function run(n: number) {\n  switch (n) {\n    case 1:\n      ^use(1);^\n      break;\n  }\n}',
      "      tracer.startActiveSpan('use', (span) => {",
    ],
    'the top of a module': [
      "^const text = await fetchText('a');\nuse(text);^\nexport {};\n",
      'await tracer.startActiveSpan(',
    ],
  };

  test.each(Object.entries(SHAPES))('fits %s', (_, [code, ...holds]) => {
    const after = below(wrapped(HEAD + code));
    for (const each of holds) expect(after).toContain(each);
  });

  test.each([
    [
      'a jump out of a loop',
      'function run(list: number[]) {\n  for (const n of list) {\n    ^if (n) break;\n    use(n);^\n  }\n}',
      /loop or a switch/,
    ],
    ['a return in the midst', 'function run(n: number) {\n  ^if (n) return 1;^\n  return 2;\n}', /end of the function/],
    ['a yield', 'function* run() {\n  ^yield 1;^\n}', /generator/i],
    ['a declared function', 'function run() {\n  ^use(f);\n  function f() {}^\n}', /Leave them out/],
    ['a value for later', 'function run() {\n  let n: number;\n  ^n = 1;^\n  return n;\n}', /"n" gets its value/],
  ])('is refused with a reason for %s', (_, code, reason) => {
    expect(refusal(code)).toMatch(reason);
  });

  test('is not offered for a part of a statement, for imports or for a span', () => {
    for (const code of [
      'use(^1^);',
      "^import { a } from './a';^",
      "function run() {\n  ^tracer.startActiveSpan('a', (span) => span.end());^\n}",
    ])
      expect(offerOf(HEAD + code, WRAP).offer).toBeUndefined();
  });
});

describe('adding attributes from parameters', () => {
  const ORDER = `interface Order {
  id: string;
  email: string;
  total: number;
  note?: string;
  placedAt?: string;
  parent: string | null;
  customer: { name: string };
}
`;

  test('takes primitives and the fields of objects, and leaves out what is sensitive or long', () => {
    const code = `${HEAD}${ORDER}export async function pl^ace(order: Order, userId: string, password: string, limit = 10, html = '', list: string[] = []) {
  return tracer.startActiveSpan('place', async (span) => {
    try {
      return order.total;
    } finally {
      span.end();
    }
  });
}
`;
    expect(offerOf(code, ADD).offer?.title).toMatch(/without order\.email, password: sensitive/);
    expect(applied(code, ADD)).toContain(`    try {
      span.setAttributes({
        'order.id': order.id,
        'order.total': order.total,
        'order.placed_at': order.placedAt,
        'order.parent': order.parent ?? undefined,
        'user.id': userId,
        'place.limit': limit,
      });
      return order.total;`);
  });

  test('stands behind the start of a span that is not active, and says one by itself', () => {
    const code = `${HEAD}export function fi^nd(id: string, token: string) {
  const span = tracer.startSpan('find');
  span.end();
}
`;
    expect(applied(code, ADD)).toContain(
      "tracer.startSpan('find');\n  span.setAttribute('find.id', id);\n  span.end();",
    );
  });

  test('reads an object that may be missing with care', () => {
    const code = `${HEAD}${ORDER}export function fi^nd(order?: Pick<Order, 'id'> | { id: string }, other?: Order) {
  const span = tracer.startSpan('find');
  span.end();
}
`;
    expect(applied(code, ADD)).toContain("'other.id': other?.id,");
  });

  test('takes apart what a parameter takes apart, whose parts may be missing', () => {
    const code = `${HEAD}export function fi^nd({ id, token }: { id?: string; token: string }) {
  const span = tracer.startSpan('find');
  span.end();
}
`;
    expect(applied(code, ADD)).toContain("span.setAttributes({\n    'find.id': id,\n  });");
  });

  test("uses the prefix of the file's own keys", () => {
    const code = `${HEAD}export function fi^nd(limit: number, page: number) {
  const span = tracer.startSpan('find', { attributes: { 'shop.kind': 'a', 'shop.page': page } });
  span.end();
}
`;
    expect(applied(code, ADD)).toContain("span.setAttribute('shop.limit', limit);");
  });

  test('a second time adds nothing', () => {
    const code = `${HEAD}export function fi^nd(orderId: string, limit?: number | null) {
  const span = tracer.startSpan('find');
  span.end();
}
`;
    const once = applied(code, ADD);
    expect(once).toContain("'find.limit': limit ?? undefined,");
    const at = code.indexOf('^');
    expect(offerOf(`${once.slice(0, at)}^${once.slice(at)}`, ADD).offer).toBeUndefined();
  });

  test('is not offered without a span, nor without a parameter to take', () => {
    expect(offerOf(`${HEAD}export function fi^nd(id: string) {\n  use(id);\n}\n`, ADD).offer).toBeUndefined();
    const code = `${HEAD}export function fi^nd(email: string) {\n  const span = tracer.startSpan('find');\n  span.end();\n}\n`;
    expect(offerOf(code, ADD).offer).toBeUndefined();
  });
});
