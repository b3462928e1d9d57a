import { sureness } from '../../grounds';
import { rangeOf, replaceNode } from '../../fixes/edits';
import { restAfter, wrapRest } from '../../fixes/wrapRest';
import { apiName } from '../../fixes/apiImport';
import type { FileModel, OtelKind } from '../../model';
import { runsInContext } from '../../otel/liveSpans';
import type { Fix, LintContext } from '../../rule';
import { calleeName, outerParent, receiver, unwrap } from '../../syntax/nodes';
import { isFunctionNode, type FunctionNode } from '../../syntax/walk';
import { ts } from '../../ts';

/** Methods that give a new context or baggage and leave the old one as it was. */
const GIVES_NEW: Readonly<Partial<Record<OtelKind, ReadonlySet<string>>>> = {
  trace: new Set(['setSpan', 'setSpanContext', 'deleteSpan']),
  propagation: new Set(['setBaggage', 'deleteBaggage', 'extract']),
  context: new Set(['setValue', 'deleteValue']),
  rootContext: new Set(['setValue', 'deleteValue']),
  baggage: new Set(['setEntry', 'removeEntry', 'removeEntries', 'clear']),
  contextApi: new Set(['bind']),
};

const METHODS = new Set(Object.values(GIVES_NEW).flatMap((methods) => [...methods]));

/** A new context that nobody takes: the call as a statement, or a variable that is never read. */
export function findDiscardedContexts(context: LintContext): void {
  const { file } = context;
  for (const node of file.nodes.calls) {
    const method = calleeName(node);
    const on = receiver(node);
    const kind = on && method !== undefined && METHODS.has(method) ? file.kinds.of(on) : undefined;
    if (!kind || kind.kind === 'other' || !GIVES_NEW[kind.kind]?.has(method!)) continue;
    if (kind.kind === 'contextApi' && isEmitter(node)) continue;
    const place = outerParent(node);
    const unread = ts.isVariableDeclaration(place) && ts.isIdentifier(place.name) && isUnread(context, place.name);
    if (!ts.isExpressionStatement(place) && !unread) continue;
    const known = kind.kind;
    const thing = known === 'baggage' ? 'baggage' : 'context';
    const how = unread ? `and \`${place.name.getText(file.source)}\` is never read` : 'and it is thrown away';
    context.report({
      ...rangeOf(node),
      message: `\`${method}\` changes nothing by itself: it gives a new ${thing}, ${how}. ${remedy(thing, known)}`,
      confidence: sureness('context-dropped', 'thrownAway', !kind.sure && 'byName'),
      fixes: () => (ts.isExpressionStatement(place) ? fixes(context, node, place, known) : []),
    });
  }
}

/** `await new Promise((resolve) => context.with(inner, () => resolve()))`: the context is over before what was meant to run in it. */
export function findEmptyContexts(context: LintContext): void {
  const { file } = context;
  for (const call of file.nodes.calls) {
    if (calleeName(call) !== 'with') continue;
    const run = runsInContext(file, call)?.run;
    const callback = run && unwrap(run);
    if (!callback || !isFunctionNode(callback) || !callback.body) continue;
    if (!isEmpty(callback.body) && !onlySettles(file, callback)) continue;
    context.report({
      ...rangeOf(call.expression),
      message: `Nothing runs inside this context: it ends when the callback returns, and what comes after is outside of it. Call the work itself in the callback.`,
      confidence: sureness('context-dropped', 'nothingInside'),
    });
  }
}

/** `context.with(inner, () => {})`, as if that made it the current one from here on. */
function isEmpty(body: ts.Node): boolean {
  return ts.isBlock(body) && body.statements.length === 0;
}

/** All that it does is to settle a promise made around it. */
function onlySettles(file: FileModel, callback: FunctionNode): boolean {
  const body = callback.body!;
  const only = ts.isBlock(body)
    ? body.statements.length === 1 && ts.isExpressionStatement(body.statements[0])
      ? unwrap(body.statements[0].expression)
      : undefined
    : unwrap(body);
  if (!only || !ts.isCallExpression(only) || only.arguments.length > 0) return false;
  const parameter = file.scopes.bindingOf(unwrap(only.expression))?.declarations[0]?.parent;
  return (
    parameter !== undefined &&
    ts.isParameter(parameter) &&
    ts.isNewExpression(parameter.parent.parent) &&
    calleeName(parameter.parent.parent) === 'Promise'
  );
}

/** `context.bind(context.active(), emitter)` changes the emitter; only a bound function that is dropped is lost. */
function isEmitter(call: ts.CallExpression): boolean {
  const target = call.arguments[1] && unwrap(call.arguments[1]);
  return !target || !(ts.isArrowFunction(target) || ts.isFunctionExpression(target));
}

function isUnread(context: LintContext, name: ts.Identifier): boolean {
  const binding = context.file.scopes.bindingOf(name);
  const isExported = [...context.file.exports.byName.values()].some(
    (each) => each.from === 'here' && each.node === name,
  );
  return binding !== undefined && !isExported && binding.references.every(({ writes }) => writes);
}

function remedy(thing: string, kind: OtelKind): string {
  if (thing === 'baggage') return 'Keep what it gives and set that on a context with propagation.setBaggage.';
  if (kind === 'contextApi') return 'Hand on what it gives.';
  return 'Run the work that is meant inside of it: context.with(newContext, () => …).';
}

function fixes(
  context: LintContext,
  call: ts.CallExpression,
  statement: ts.ExpressionStatement,
  kind: OtelKind,
): Fix[] {
  const { source } = context.file;
  if (kind === 'baggage' || kind === 'context') {
    const on = unwrap(receiver(call)!);
    const binding = context.file.scopes.bindingOf(on);
    if (binding?.kind !== 'let' && binding?.kind !== 'var') return [];
    const text = `${binding.name} = ${call.getText(source)}`;
    return [{ title: `Keep what it gives in ${binding.name}`, edits: [replaceNode(call, text)], safe: false }];
  }
  const rest = kind === 'contextApi' ? undefined : restAfter(source, statement);
  const name = rest && apiName(context, 'context');
  if (!rest || !name) return [];
  const lead = rest.returns ? 'return ' : rest.awaits ? 'await ' : '';
  const head = `${lead}${name.text}.with(${call.getText(source)}, ${rest.awaits ? 'async ' : ''}() => {`;
  return [
    {
      title: 'Run what follows inside the new context',
      edits: [...wrapRest(source, rest, head), ...name.edits],
      safe: false,
    },
  ];
}
