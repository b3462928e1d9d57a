import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FileModel } from '../../../src/lint/model';
import { ParsedFile } from '../../../src/lint/parsedFile';
import { walk } from '../../../src/lint/syntax/walk';
import { ts } from '../../../src/lint/ts';
import { DeclaredTypes } from '../../../src/lint/types/declaredTypes';
import { ProgramTypes } from '../../../src/lint/types/programTypes';
import { UntypedOracle, type TypeFacts } from '../../../src/lint/types/typeOracle';
import { linkerOf, ROOT } from './harness';

/** Arguments of the calls of `ask` in a file, by their text. */
function asked(source: ts.SourceFile): Map<string, ts.Expression> {
  const found = new Map<string, ts.Expression>();
  walk(source, (node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'ask')
      found.set(node.arguments[0].getText(), node.arguments[0]);
  });
  return found;
}

describe('types as they are written', () => {
  const FILES = {
    'model.ts': `export interface User { readonly email: string; readonly plan: 'free' | 'paid'; readonly age?: number; readonly active: boolean }
export type Step = 'one' | 'two';
export enum Color { Red, Green }
export type Open = string;
`,
    'index.ts': "export * from './model';\nexport type { Step as Renamed } from './model';\n",
  };
  const facts = (text: string): Record<string, TypeFacts | undefined> => {
    const file: FileModel = new ParsedFile(`${ROOT}/main.ts`, text, linkerOf(FILES));
    const types = new DeclaredTypes(file, new UntypedOracle());
    return Object.fromEntries([...asked(file.source)].map(([name, node]) => [name, types.factsOf(node)]));
  };

  test('of parameters, their properties and elements of lists', () => {
    const found = facts(`
import type { User, Step, Color, Open } from './index';
function f(user: Readonly<User> | undefined, step: Step, colors: readonly Color[], open: Open, { plan }: User) {
  ask(user.email); ask(user.plan); ask(user.age); ask(user.active); ask(step); ask(open); ask(plan);
  for (const color of colors) ask(color);
}`);
    expect(found).toEqual({
      'user.email': { primitive: 'string' },
      'user.plan': { primitive: 'string', finite: ['free', 'paid'] },
      'user.age': { primitive: 'number' },
      'user.active': { primitive: 'boolean', finite: ['true', 'false'] },
      step: { primitive: 'string', finite: ['one', 'two'] },
      open: { primitive: 'string' },
      plan: { primitive: 'string', finite: ['free', 'paid'] },
      color: { finite: ['Red', 'Green'] },
    });
  });

  test('of whole objects, unless they may hold more than they list', () => {
    const found = facts(`
interface Point { x: number }
interface Named extends Elsewhere { name: string }
type Bag = { [key: string]: string };
function f(point: Point, named: Named, bag: Bag) { ask(point); ask(named); ask(bag); }`);
    expect(found.point?.properties).toEqual([{ name: 'x', primitive: 'number', finite: false }]);
    expect([found.named, found.bag]).toEqual([undefined, undefined]);
  });

  test('are not guessed where they are not written', () => {
    const found = facts(
      `import { make } from './nowhere'; const made = make(); function f(x, y: Unknown, z: T<string>) { ask(made); ask(x); ask(y); ask(z); }`,
    );
    expect(Object.values(found)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('end where types refer to themselves', () => {
    expect(
      facts(
        'type A = B; type B = A; interface T { next: T } function f(a: A, t: T) { ask(a); ask(t.next.next.next); }',
      ),
    ).toMatchObject({
      a: undefined,
      't.next.next.next': { name: 'T' },
    });
  });
});

describe('types by the checker', () => {
  let folder: string;
  const resolve = (from: string, module: string) =>
    module.startsWith('.') ? join(dirname(from), `${module}.ts`) : undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spanline-types-'));
    await writeFile(
      join(folder, 'model.ts'),
      "import type { Far } from './far';\nexport const pick = (b: boolean) => (b ? ('a' as const) : ('b' as const));\nexport const far = (): Far => 'x';\n",
    );
    await writeFile(
      join(folder, 'far.ts'),
      "import type { Farther } from './farther';\nexport type Far = 'x' | Farther;\n",
    );
    await writeFile(join(folder, 'farther.ts'), "export type Farther = 'y';\n");
  });

  const facts = (types: ProgramTypes, text: string): Record<string, TypeFacts | undefined> => {
    const file = new ParsedFile(join(folder, 'main.ts'), text, () => undefined);
    const oracle = types.open(file);
    return Object.fromEntries([...asked(file.source)].map(([name, node]) => [name, oracle.factsOf(node)]));
  };

  test('are inferred through functions of neighbours', () => {
    const types = new ProgramTypes(resolve);
    const found = facts(
      types,
      "import { pick } from './model';\nconst picked = pick(true);\nask(picked);\nask(Promise.resolve(1));\nask(globalThing);\n",
    );
    expect(found.picked).toMatchObject({ primitive: 'string', finite: ['a', 'b'] });
    expect(found['Promise.resolve(1)']).toMatchObject({ isPromise: true });
    expect(found.globalThing).toBeUndefined();
  });

  test('follow the text as it changes', () => {
    const types = new ProgramTypes(resolve);
    expect(facts(types, "const value: 'a' = 'a';\nask(value);\n").value?.finite).toEqual(['a']);
    expect(facts(types, 'const value = String(1);\nask(value);\n').value).toMatchObject({ primitive: 'string' });
    expect(facts(types, 'const value = String(1);\nask(value);\n').value?.finite).toBeUndefined();
  });

  test('reach two imports far and no farther', () => {
    expect(facts(new ProgramTypes(resolve), "import { far } from './model';\nask(far());\n")['far()']).toBeUndefined();
  });

  test('do not hang on whether a neighbour is looked at as well', async () => {
    await writeFile(join(folder, 'kinds.ts'), "export type Kind = 'a' | 'b';\n");
    const near = "import type { Kind } from './kinds';\nexport const kind = 'a' as Kind;\nask(1);\n";
    await writeFile(join(folder, 'near.ts'), near);
    const text = "import { kind } from './near';\nask(kind);\n";
    const alone = facts(new ProgramTypes(resolve), text);
    expect(alone.kind?.finite).toEqual(['a', 'b']);
    const types = new ProgramTypes(resolve);
    const opened = (name: string, of: string) => new ParsedFile(join(folder, name), of, () => undefined);
    const [first, second] = [opened('near.ts', near), opened('main.ts', text)];
    types.prepare([first, second].map((file) => ({ file, asked: [...asked(file.source).values()] })));
    const oracle = types.open(second);
    expect(oracle.factsOf(asked(second.source).get('kind')!)).toEqual(alone.kind);
  });

  test('read more of a neighbour when more of it is asked for', async () => {
    await writeFile(join(folder, 'one.ts'), "export type One = 'a';\n");
    await writeFile(join(folder, 'two.ts'), "export type Two = 'b';\n");
    await writeFile(
      join(folder, 'both.ts'),
      "import type { One } from './one';\nimport type { Two } from './two';\nexport declare const one: One;\nexport declare const two: Two;\n",
    );
    const types = new ProgramTypes(resolve);
    expect(facts(types, "import { one } from './both';\nask(one);\n").one?.finite).toEqual(['a']);
    expect(facts(types, "import { one, two } from './both';\nask(two);\n").two?.finite).toEqual(['b']);
  });

  test('take in a change of a neighbour that is announced', async () => {
    const types = new ProgramTypes(resolve);
    const text = "import { pick } from './changing';\nconst picked = pick();\nask(picked);\n";
    await writeFile(join(folder, 'changing.ts'), "export const pick = (): 'a' => 'a';\n");
    expect(facts(types, text).picked?.finite).toEqual(['a']);
    await writeFile(join(folder, 'changing.ts'), "export const pick = (): 'b' => 'b';\n");
    types.changed(join(folder, 'changing.ts'));
    expect(facts(types, text).picked?.finite).toEqual(['b']);
  });
});
