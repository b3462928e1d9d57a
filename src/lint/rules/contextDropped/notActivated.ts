import { sureness, type GroundOf } from '../../grounds';
import { rangeOf, replaceNode } from '../../fixes/edits';
import { restAfter, wrapRest, type Rest } from '../../fixes/wrapRest';
import { apiName } from '../../fixes/apiImport';
import type { FileModel } from '../../model';
import { isEndCall } from '../../otel/heldSpans';
import { runsInContext } from '../../otel/liveSpans';
import { spanMaker, type SpanMaker } from '../../otel/makesSpans';
import { isOwnUse } from '../../otel/ownUses';
import type { SpanStart } from '../../otel/spanStarts';
import type { Fix, LintContext } from '../../rule';
import { argument, calleeName, enclosingBody, isAsync, outerParent } from '../../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../../syntax/walk';
import { ts } from '../../ts';

interface Child {
  readonly call: ts.CallExpression;
  readonly maker: SpanMaker;
}

/** A span that is open while work below makes spans, but is never made active: they hang beside it. */
export function findIdleSpans(context: LintContext): void {
  for (const start of context.starts) {
    if (start.form !== 'startSpan' || !start.span) continue;
    const body = enclosingBody(start.call);
    const end = lastOwnUse(context.file, start, body);
    if (end === undefined) continue;
    const children = childrenIn(context, start, body, end);
    const [first] = children.filter(({ maker }) => maker.kind === 'tracer').concat(children);
    if (first) report(context, start, first, children);
  }
}

/** Where the span is last used; undefined when it is handed to anybody who may make it active. */
function lastOwnUse(file: FileModel, start: SpanStart, body: FunctionNode | ts.SourceFile): number | undefined {
  let last: number | undefined;
  for (const { node, writes } of start.span!.references) {
    if (writes) {
      if (node.pos > start.call.end) return undefined;
      continue;
    }
    if (!isOwnUse(file, node)) return undefined;
    if (isEndCall(node) || enclosingBody(node) === body) last = Math.max(last ?? 0, node.end);
  }
  return last;
}

function childrenIn(context: LintContext, start: SpanStart, body: ts.Node, end: number): Child[] {
  const { file } = context;
  const found: Child[] = [];
  walk(body, (node) => {
    if (node.end <= start.call.end || node.pos >= end) return false;
    if (isFunctionNode(node) && node !== body && !ts.isCallExpression(node.parent)) return false;
    if (!ts.isCallExpression(node) || node === start.call) return true;
    if (runsInContext(file, node)) return false;
    const maker = spanMaker(file, node);
    if (!maker) return true;
    if (!hasOwnParent(context, node)) found.push({ call: node, maker });
    return false;
  });
  return found;
}

/** A parent context is passed to the start of the child. */
function hasOwnParent(context: LintContext, call: ts.CallExpression): boolean {
  const start = context.starts.find((each) => each.call === call);
  if (start) return start.context !== undefined;
  return call.arguments.some((each) => context.file.kinds.of(each)?.kind === 'context');
}

function report(context: LintContext, start: SpanStart, first: Child, children: readonly Child[]): void {
  const { source } = context.file;
  const name = start.span!.name;
  const line = source.getLineAndCharacterOfPosition(first.call.getStart(source)).line + 1;
  const work = `\`${calleeName(first.call) ?? 'the call'}\` on line ${line}`;
  context.report({
    ...rangeOf(start.call.expression),
    message: `The span \`${name}\` is never made active, so the spans that ${work} makes hang beside it, not under it. Use startActiveSpan, or run that work in context.with(trace.setSpan(context.active(), ${name}), …).`,
    confidence: sureness('context-dropped', groundOf(context, start, first), !start.sure && 'byName'),
    related: [{ ...rangeOf(first.call), message: 'makes spans' }],
    fixes: () => [...startActive(context, start), ...runInside(context, start, children)],
  });
}

function groundOf(context: LintContext, start: SpanStart, { call, maker }: Child): GroundOf<'context-dropped'> {
  if (maker.kind === 'wrapped') return 'wrapped';
  if (maker.kind === 'library') return isInstrumented(context) ? 'instrumented' : 'uninstrumented';
  return enclosingBody(call) === enclosingBody(start.call) ? 'notActive' : 'inCallback';
}

function isInstrumented(context: LintContext): boolean {
  return [
    '@opentelemetry/auto-instrumentations-node',
    '@opentelemetry/instrumentation-http',
    '@opentelemetry/instrumentation-undici',
    '@opentelemetry/instrumentation',
    '@opentelemetry/sdk-node',
  ].some((name) => context.project.dependsOn(name));
}

/** `const span = tracer.startSpan(…); rest` → `return tracer.startActiveSpan(…, (span) => { rest })`. */
function startActive(context: LintContext, start: SpanStart): Fix[] {
  const { source } = context.file;
  const declaration = outerParent(start.call);
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || start.context) return [];
  const list = declaration.parent;
  const statement = list.parent;
  if (!ts.isVariableStatement(statement) || !ts.isVariableDeclarationList(list) || list.declarations.length !== 1)
    return [];
  const rest = restAfter(source, statement);
  const callee = start.call.expression;
  if (!rest || !ts.isPropertyAccessExpression(callee)) return [];
  const passed = start.call.arguments.map((each) => each.getText(source));
  const type = declaration.type ? `: ${declaration.type.getText(source)}` : '';
  const parameter = `(${declaration.name.text}${type}) => {`;
  const on = callee.expression.getText(source);
  const head = `${lead(rest)}${on}.startActiveSpan(${[...passed, `${rest.awaits ? 'async ' : ''}${parameter}`].join(', ')}`;
  return [{ title: 'Make it the active span for what follows', edits: wrapRest(source, rest, head), safe: false }];
}

function lead(rest: Rest): string {
  if (rest.returns) return 'return ';
  if (rest.awaits) return 'await ';
  return rest.owner && isAsync(rest.owner) ? 'await ' : '';
}

/** Wraps each call that makes spans. */
function runInside(context: LintContext, start: SpanStart, children: readonly Child[]): Fix[] {
  const { source } = context.file;
  const contextName = apiName(context, 'context');
  const traceName = apiName(context, 'trace');
  if (!contextName || !traceName) return [];
  const parent = `${traceName.text}.setSpan(${contextName.text}.active(), ${start.span!.name})`;
  const edits = children.flatMap(({ call }) => {
    const text = call.getText(source);
    if (calleeName(call) === 'startSpan') {
      const options = argument(call, 1) ? '' : ', {}';
      const last = call.arguments.at(-1);
      return last ? [{ start: last.end, end: last.end, text: `${options}, ${parent}` }] : [];
    }
    return [replaceNode(call, `${contextName.text}.with(${parent}, () => ${text})`)];
  });
  if (edits.length === 0 || children.some(({ call }) => containsAwait(call))) return [];
  const imports = dedupe([...contextName.edits, ...traceName.edits]);
  return imports ? [{ title: 'Run the work below inside the span', edits: [...edits, ...imports], safe: false }] : [];
}

function containsAwait(call: ts.CallExpression): boolean {
  let found = false;
  walk(call, (node) => {
    if (ts.isAwaitExpression(node) || ts.isYieldExpression(node)) found = true;
    return !isFunctionNode(node);
  });
  return found;
}

/** Two insertions into one import list become one; undefined when both would add an import line of their own. */
function dedupe(
  edits: readonly { start: number; end: number; text: string }[],
): { start: number; end: number; text: string }[] | undefined {
  const [first, second] = edits;
  if (!first || !second || first.start !== second.start) return [...edits];
  if (first.text.startsWith(', ')) return [{ ...first, text: first.text + second.text }];
  return undefined;
}
