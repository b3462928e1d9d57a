import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openExits } from '../../../src/lint/syntax/paths';
import { ts } from '../../../src/lint/ts';

/** A statement of a small language: what matters for paths and nothing else. */
type Statement =
  | { readonly kind: 'close' | 'work' | 'await' | 'return' | 'throw' | 'break' | 'continue' }
  | { readonly kind: 'if'; readonly yes: Body; readonly no: Body }
  | { readonly kind: 'loop'; readonly body: Body }
  | { readonly kind: 'endless'; readonly body: Body }
  | { readonly kind: 'switch'; readonly cases: readonly Body[]; readonly other: Body | undefined }
  | { readonly kind: 'try'; readonly block: Body; readonly caught: Body | undefined; readonly last: Body | undefined };
type Body = readonly Statement[];

function print(body: Body): string {
  return body.map(printOne).join(' ');
}

function printOne(statement: Statement): string {
  switch (statement.kind) {
    case 'close':
      return 'span.end();';
    case 'work':
      return 'work();';
    case 'await':
      return 'await wait;';
    case 'return':
    case 'break':
    case 'continue':
      return `${statement.kind};`;
    case 'throw':
      return 'throw fault;';
    case 'if':
      return `if (c) { ${print(statement.yes)} } else { ${print(statement.no)} }`;
    case 'loop':
      return `while (c) { ${print(statement.body)} }`;
    case 'endless':
      return `for (;;) { ${print(statement.body)} }`;
    case 'switch': {
      const cases = statement.cases.map((each, index) => `case ${index}: ${print(each)}`).join(' ');
      return `switch (c) { ${cases} ${statement.other ? `default: ${print(statement.other)}` : ''} }`;
    }
    case 'try': {
      const caught = statement.caught ? `catch { ${print(statement.caught)} }` : '';
      const last = statement.last || !statement.caught ? `finally { ${print(statement.last ?? [])} }` : '';
      return `try { ${print(statement.block)} } ${caught} ${last}`;
    }
  }
}

/** How a body may be left, and whether the span is open then: `return:open`, `next:closed`. */
type Outcome = `${'next' | 'return' | 'throw' | 'reject' | 'call' | 'break' | 'continue'}:${'open' | 'closed'}`;

/** Every outcome of every execution, by trying all of them. */
function run(body: Body, open: boolean): Set<Outcome> {
  const outcomes = new Set<Outcome>();
  let states = new Set([open]);
  for (const statement of body) {
    const next = new Set<boolean>();
    for (const state of states)
      for (const outcome of runOne(statement, state)) {
        if (kindOf(outcome) === 'next') next.add(isOpen(outcome));
        else outcomes.add(outcome);
      }
    states = next;
  }
  for (const state of states) outcomes.add(outcomeOf('next', state));
  return outcomes;
}

const kindOf = (outcome: Outcome) => outcome.slice(0, outcome.indexOf(':'));
const isOpen = (outcome: Outcome) => outcome.endsWith(':open');
const outcomeOf = (kind: string, open: boolean) => `${kind}:${open ? 'open' : 'closed'}` as Outcome;
const EXCEPTIONS = new Set(['throw', 'reject', 'call']);

function runOne(statement: Statement, open: boolean): Set<Outcome> {
  switch (statement.kind) {
    case 'close':
      return new Set(['next:closed']);
    case 'work':
      return new Set([outcomeOf('next', open), outcomeOf('call', open)]);
    case 'await':
      return new Set([outcomeOf('next', open), outcomeOf(open ? 'reject' : 'call', open)]);
    case 'return':
    case 'throw':
    case 'break':
    case 'continue':
      return new Set([outcomeOf(statement.kind, open)]);
    case 'if':
      return new Set([...run(statement.yes, open), ...run(statement.no, open)]);
    case 'loop':
    case 'endless':
      return runLoop(statement.body, open, statement.kind === 'loop');
    case 'switch':
      return runSwitch(statement.cases, statement.other, open);
    case 'try':
      return runTry(statement, open);
  }
}

function runLoop(body: Body, open: boolean, mayStop: boolean): Set<Outcome> {
  const outcomes = new Set<Outcome>();
  const seen = new Set<boolean>();
  const pending = [open];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (seen.has(state)) continue;
    seen.add(state);
    if (mayStop) outcomes.add(outcomeOf('next', state));
    for (const outcome of run(body, state)) {
      if (kindOf(outcome) === 'next' || kindOf(outcome) === 'continue') pending.push(isOpen(outcome));
      else outcomes.add(kindOf(outcome) === 'break' ? outcomeOf('next', isOpen(outcome)) : outcome);
    }
  }
  return outcomes;
}

function runSwitch(cases: readonly Body[], other: Body | undefined, open: boolean): Set<Outcome> {
  const all = other ? [...cases, other] : cases;
  const outcomes = new Set<Outcome>(other ? [] : [outcomeOf('next', open)]);
  for (let first = 0; first < all.length; first++)
    for (const outcome of run(all.slice(first).flat(), open))
      outcomes.add(kindOf(outcome) === 'break' ? outcomeOf('next', isOpen(outcome)) : outcome);
  return outcomes;
}

function runTry({ block, caught, last }: Extract<Statement, { kind: 'try' }>, open: boolean): Set<Outcome> {
  let outcomes = run(block, open);
  if (caught) {
    const thrown = [...outcomes].filter((each) => EXCEPTIONS.has(kindOf(each)));
    outcomes = new Set([...outcomes].filter((each) => !thrown.includes(each)));
    for (const state of new Set(thrown.map(isOpen))) for (const outcome of run(caught, state)) outcomes.add(outcome);
  }
  if (!last && caught) return outcomes;
  const after = new Set<Outcome>();
  for (const pending of outcomes)
    for (const outcome of run(last ?? [], isOpen(pending))) {
      if (kindOf(outcome) === 'next') after.add(outcomeOf(kindOf(pending), isOpen(outcome)));
      else if (kindOf(pending) !== 'call') after.add(outcome); // what follows a supposed failure is not told
    }
  return after;
}

function analysed(text: string): Set<string> {
  const source = ts.createSourceFile('a.ts', `async function f(span) { ${text} }`, ts.ScriptTarget.Latest, true);
  const { body } = source.statements[0] as ts.FunctionDeclaration;
  const problems = openExits({
    body: body!,
    openAtStart: true,
    effectOf: (node) => (ts.isCallExpression(node) && node.getText() === 'span.end()' ? 'closes' : undefined),
    isHarmless: (call) => call.getText() === 'span.end()',
    guard: () => undefined,
    isConditional: false,
  });
  return new Set(problems.map(({ kind }) => kind));
}

/** Statements; `break` and `continue` only where a loop is around them, and no bare `if` in `finally`, which is read as a question. */
const program = fc.letrec<{ body: Body; inLoop: Body; inLast: Body; leaf: Statement; jump: Statement }>((tie) => {
  const leaf = (...kinds: ('close' | 'work' | 'await' | 'return' | 'throw' | 'break' | 'continue')[]) =>
    fc.constantFrom(...kinds).map((kind): Statement => ({ kind }));
  const bodyOf = (statement: fc.Arbitrary<Statement>) => fc.array(statement, { maxLength: 3 });
  const nested = (body: fc.Arbitrary<Body>): fc.Arbitrary<Statement> =>
    fc.oneof(
      fc.record({ kind: fc.constant('if' as const), yes: body, no: body }),
      fc.record({ kind: fc.constant('loop' as const), body: tie('inLoop') }),
      fc.record({ kind: fc.constant('endless' as const), body: tie('inLoop') }),
      fc.record({
        kind: fc.constant('switch' as const),
        cases: fc.array(body, { maxLength: 2 }),
        other: fc.option(body, { nil: undefined }),
      }),
      fc.record({
        kind: fc.constant('try' as const),
        block: body,
        caught: fc.option(body, { nil: undefined }),
        last: fc.option(tie('inLast'), { nil: undefined }),
      }),
    );
  const simple = leaf('close', 'close', 'work', 'await', 'return', 'throw');
  return {
    leaf: simple,
    jump: leaf('break', 'continue'),
    inLast: bodyOf(leaf('close', 'work', 'await')),
    body: bodyOf(fc.oneof({ maxDepth: 4, depthIdentifier: 'd' }, simple, nested(tie('body')))),
    inLoop: bodyOf(
      fc.oneof({ maxDepth: 4, depthIdentifier: 'd' }, simple, leaf('break', 'continue'), nested(tie('body'))),
    ),
  };
}).body;

test('the ways out with the span open are those that some execution takes', () => {
  fc.assert(
    fc.property(program, (body) => {
      const told = analysed(print(body));
      const taken = new Set(
        [...run(body, true)]
          .filter(isOpen)
          .map(kindOf)
          .map((kind) => (kind === 'next' ? 'end' : kind))
          .filter((kind) => kind !== 'call'),
      );
      expect([...told].sort()).toEqual([...taken].sort());
    }),
    { numRuns: 3000 },
  );
});
