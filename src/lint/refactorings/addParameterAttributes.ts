import { indentAt, indentStep, insertAt, keyText, lineBreak, quoted, statementEnd } from '../fixes/edits';
import type { AttributeWrite } from '../otel/attributeWrites';
import type { SpanStart } from '../otel/spanStarts';
import type { LintContext, TextEdit } from '../rule';
import { enclosingFunction } from '../syntax/nodes';
import type { FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { splitWords } from '../values/words';
import { parameterFields, valueText, type ParameterField } from './parameterFields';
import type { Refactoring, Selection } from './refactoring';
import { functionName } from './spanNaming';

export const addParameterAttributes: Refactoring = {
  id: 'add-parameter-attributes',
  kind: 'refactor.rewrite.addParameterAttributes',
  offer(context, selection) {
    const traced = tracedAt(context, selection);
    if (!traced) return undefined;
    const { fields, sensitive } = parameterFields(context, traced.owner);
    const known = alreadySet(context, traced);
    const prefix = prefixOf(context, traced.owner);
    const added = fields
      .map((field) => ({ key: keyOf(field, prefix), value: field.text, optional: field.optional }))
      .filter(({ key, value }) => !known.keys.has(key) && !known.values.has(plain(value)));
    if (added.length === 0) return undefined;
    const leftOut = sensitive.length > 0 ? ` (without ${sensitive.join(', ')}: sensitive)` : '';
    return {
      title: `Add attributes from parameters: ${added.map(({ key }) => key).join(', ')}${leftOut}`,
      edits: [edit(context, traced, added)],
    };
  },
};

interface Added {
  readonly key: string;
  readonly value: string;
  readonly optional: boolean;
}

/** A function whose parameters are wanted, and the span that is open in it. */
interface Traced {
  readonly owner: FunctionNode;
  readonly start: SpanStart;
  readonly span: string;
  /** After this node, or before the first statement of this block. */
  readonly place: { readonly after: ts.Statement } | { readonly into: ts.Block };
}

/** The innermost function around the selection that starts a span of its own; where nobody asked, only near its head or the span's start. */
function tracedAt(context: LintContext, { start: offset, end, asked }: Selection): Traced | undefined {
  const { source } = context.file;
  let found: Traced | undefined;
  for (const start of context.starts) {
    const place = start.span && placeIn(start);
    const owner = ownerOf(start);
    if (!place || !owner?.body || offset < owner.getStart(source) || end > owner.end) continue;
    const isNear =
      offset <= owner.body.getStart(source) || (offset >= start.call.getStart(source) && offset <= nearEnd(start));
    if ((asked || isNear) && (!found || owner.pos >= found.owner.pos))
      found = { owner, start, span: start.span.name, place };
  }
  return found;
}

/** The line on which the span starts. */
function nearEnd({ call, callback }: SpanStart): number {
  return callback?.body?.getStart() ?? call.end;
}

/** The function whose parameters describe the span: around its start, where that is not a callback without parameters. */
function ownerOf({ call }: SpanStart): FunctionNode | undefined {
  let owner = enclosingFunction(call);
  while (owner && owner.parameters.length === 0 && ts.isArrowFunction(owner)) owner = enclosingFunction(owner);
  return owner;
}

function placeIn({ form, call, callback, gives }: SpanStart): Traced['place'] | undefined {
  if (form === 'startActiveSpan' || (form === 'wrapper' && !gives)) {
    const body = callback?.body;
    if (!body || !ts.isBlock(body)) return undefined;
    const first = body.statements.find((each) => !ts.isVariableStatement(each));
    return { into: first && ts.isTryStatement(first) && body.statements[0] === first ? first.tryBlock : body };
  }
  let node: ts.Node = call;
  while (node.parent && !ts.isStatement(node)) node = node.parent;
  return ts.isVariableStatement(node) && ts.isBlock(node.parent) ? { after: node } : undefined;
}

/** Keys and values that the span of this start has anywhere in the function. */
function alreadySet(context: LintContext, { owner, start }: Traced): { keys: Set<string>; values: Set<string> } {
  const own = context.writes.filter(
    ({ node, target, call }) =>
      target === 'span' &&
      node.pos >= owner.pos &&
      node.end <= owner.end &&
      (call === start.call || isOn(context, call, start)),
  );
  return {
    keys: new Set(own.flatMap(({ key }: AttributeWrite) => key?.text ?? [])),
    values: new Set(own.map(({ value }) => valueText(value))),
  };
}

function isOn({ file }: LintContext, call: ts.CallExpression | ts.NewExpression, start: SpanStart): boolean {
  let on: ts.Expression = call;
  while (ts.isCallExpression(on) || ts.isPropertyAccessExpression(on)) on = on.expression;
  return file.scopes.bindingOf(on) === start.span;
}

function plain(value: string): string {
  return value.replace(/ \?\? undefined$/, '').replaceAll('?.', '.');
}

/** `order.id`, `order.created_at`; a single word stands below the file's own prefix, or the function's name. */
function keyOf({ words }: ParameterField, prefix: string): string {
  if (words.length === 1) return `${prefix}.${words[0]}`;
  return `${words[0]}.${words.slice(1).join('_')}`;
}

/** The first part that most of the file's keys share; without one the function's name. */
function prefixOf({ writes }: LintContext, owner: FunctionNode): string {
  const counts = new Map<string, number>();
  const keys = new Set(writes.flatMap(({ key, target }) => (target === 'span' && key ? [key.text] : [])));
  for (const key of keys) {
    const first = key.includes('.') ? key.slice(0, key.indexOf('.')) : undefined;
    if (first !== undefined && !CONVENTIONS.has(first)) counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  if (most && most[1] > 1) return most[0];
  const name = functionName(owner)?.split('.').at(-1);
  return name === undefined ? 'app' : splitWords(name).join('_');
}

/** Namespaces that belong to the semantic conventions. */
const CONVENTIONS = new Set(
  'http url db rpc messaging server client network code error exception user enduser service faas gen_ai graphql otel peer thread process host k8s cloud aws'.split(
    ' ',
  ),
);

function edit(context: LintContext, { span, place }: Traced, added: readonly Added[]): TextEdit {
  const { source, text } = context.file;
  const newline = lineBreak(source);
  const indent =
    'after' in place
      ? indentAt(text, place.after.getStart(source))
      : place.into.statements.length > 0
        ? indentAt(text, place.into.statements[0].getStart(source))
        : indentAt(text, place.into.getStart(source)) + indentStep(source);
  const code = call(context, span, added, indent);
  if ('after' in place) return insertAt(place.after.end, `${newline}${indent}${code}`);
  const at = place.into.getStart(source) + 1;
  const isOneLine = !/^[^\S\n]*(?:\/\/[^\n]*)?\r?\n/.test(text.slice(at));
  return insertAt(at, isOneLine ? ` ${code}` : `${newline}${indent}${code}`);
}

function call(context: LintContext, span: string, added: readonly Added[], indent: string): string {
  const { source } = context.file;
  const end = statementEnd(source);
  const [first, ...others] = added;
  if (others.length === 0 && !first.optional)
    return `${span}.setAttribute(${quoted(source, first.key)}, ${first.value})${end}`;
  const newline = lineBreak(source);
  const members = added.map(({ key, value }) => `${indent}${indentStep(source)}${keyText(source, key)}: ${value},`);
  return [`${span}.setAttributes({`, ...members, `${indent}})${end}`].join(newline);
}
