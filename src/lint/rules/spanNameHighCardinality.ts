import { sureness, type SomeGrounds } from '../grounds';
import type { LintContext, RelatedPlace, Rule } from '../rule';
import type { SpanStart } from '../otel/spanStarts';
import { staticNameFix } from '../fixes/staticName';
import { rangeOf } from '../fixes/edits';
import { argument, calleeName, enclosingFunction, namePath, receiver, textParts, unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { cardinalityByName } from '../values/cardinalityNames';
import { CardinalityReader } from '../values/cardinality';
import { groundOfValue } from '../values/cardinalityGrounds';
import type { Cardinality } from '../values/cardinalityOrder';

/** Characters of source that a message quotes before it cuts. */
const LONGEST_QUOTE = 60;

const RULE = 'span-name-high-cardinality';

export const spanNameHighCardinality: Rule = {
  id: RULE,
  title: 'A span name that takes a new value with every request',
  check(context) {
    const reader = new CardinalityReader(context.file, context.types);
    for (const start of context.starts) if (start.name) checkName(context, reader, start.name, start.sure, start);
    for (const { call, name, sure } of renames(context)) checkName(context, reader, name, sure, call);
  },
};

type Place = SpanStart | ts.CallExpression;

function checkName(
  context: LintContext,
  reader: CardinalityReader,
  name: ts.Expression,
  sure: boolean,
  place: Place,
): void {
  const made = madeFrom(context, name);
  const holes = textParts(made);
  const bad = holes
    .filter((hole) => !isForwarded(context, hole))
    .map((hole) => ({ hole, value: reader.of(hole) }))
    .filter(({ value }) => value.kind === 'unbounded' || value.kind === 'open');
  const worst =
    bad.find(({ value }) => isCertain(value)) ??
    bad.find(({ value }) => value.kind === 'unbounded' && !value.isGuess) ??
    bad.find(({ value }) => value.kind === 'unbounded') ??
    bad[0];
  if (!worst) return;
  const certain = bad.filter(({ value }) => value.kind === 'unbounded');
  const moved = (certain.length > 0 ? certain : bad).map(({ hole }) => hole);
  const shown = made === name ? worst.hole : name;
  context.report({
    ...rangeOf(shown),
    message: message(context, worst.hole, worst.value),
    confidence: sureness(RULE, ...grounds(worst.value, { sure, place })),
    related: origin(context, shown, worst.value),
    fixes: () => staticNameFix(context, { name, made, moved }, place),
  });
}

/** `span.updateName(…)` on what was started here: the name is one until the route is known. */
function isRenamedLater(place: Place): boolean {
  if (!('form' in place) || !place.span) return false;
  return place.span.references.some(({ node }) => {
    const { parent } = node;
    return ts.isPropertyAccessExpression(parent) && parent.expression === node && parent.name.text === 'updateName';
  });
}

function isCertain(value: Cardinality): boolean {
  return value.kind === 'unbounded' && value.sure === 'certain';
}

function grounds(value: Cardinality, { sure, place }: { sure: boolean; place: Place }): SomeGrounds<typeof RULE> {
  return [
    value.kind === 'unbounded' ? groundOfValue(value) : 'open',
    isRenamedLater(place) && 'renamedLater',
    !sure && 'byName',
  ];
}

function message(context: LintContext, hole: ts.Expression, value: Cardinality): string {
  const text = quote(hole.getText(context.file.source));
  if (value.kind !== 'unbounded')
    return `The span name depends on ${text}, and nothing here shows that it takes few values. If it grows with traffic, name the span after the operation and set the value as an attribute.`;
  return `The span name holds ${value.what} (${text}): every value makes a new operation, so that spans can no longer be grouped or compared. Name the span after the operation and set the value as an attribute.`;
}

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return `\`${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line}\``;
}

function origin(context: LintContext, hole: ts.Expression, value: Cardinality): RelatedPlace[] {
  if (value.kind !== 'unbounded') return [];
  const { at, what } = value;
  const isHere = at.getSourceFile() === context.file.source;
  return isHere && (at.pos < hole.pos || at.end > hole.end)
    ? [{ ...rangeOf(at), message: `${what} comes from here` }]
    : [];
}

/** The expression that makes the name: for a constant, what it is set to, when that is text put together. */
function madeFrom(context: LintContext, name: ts.Expression): ts.Expression {
  const binding = context.file.scopes.bindingOf(unwrap(name));
  const declaration = binding?.declarations[0]?.parent;
  if (binding?.kind !== 'const' || !declaration || !ts.isVariableDeclaration(declaration)) return name;
  const value = declaration.initializer && unwrap(declaration.initializer);
  return value && textParts(value)[0] !== value ? value : name;
}

/** A function that takes the name, or a part of it, from its caller: a bad name is made there, and is found there. */
function isForwarded(context: LintContext, part: ts.Expression): boolean {
  const node = unwrap(part);
  const path = namePath(node);
  if (!path || cardinalityByName(path).kind === 'unbounded') return false;
  const root = ts.isPropertyAccessExpression(node) ? unwrap(node.expression) : node;
  const binding = context.file.scopes.bindingOf(root);
  if (binding?.kind !== 'parameter') return false;
  const owner = enclosingFunction(binding.declarations[0]);
  return owner !== undefined && owner === enclosingFunction(node);
}

function renames(context: LintContext): { call: ts.CallExpression; name: ts.Expression; sure: boolean }[] {
  const found: { call: ts.CallExpression; name: ts.Expression; sure: boolean }[] = [];
  for (const call of context.file.nodes.calls) {
    if (calleeName(call) !== 'updateName') continue;
    const name = argument(call, 0);
    const kind = context.file.kinds.is(receiver(call), 'span');
    if (name && kind) found.push({ call, name, sure: kind.sure });
  }
  return found;
}
