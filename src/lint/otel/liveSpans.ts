import type { FileModel } from '../model';
import { argument, calleeName, enclosingBody, receiver, unwrap } from '../syntax/nodes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { isEndCall } from './heldSpans';
import { givesOpenSpan, type SpanStart } from './spanStarts';

/** A span that is open while a node runs. */
export interface LiveSpan {
  readonly start: SpanStart;
  /** The span is also the current one, so that new spans become its children. */
  readonly active: boolean;
}

/** The innermost span that the code around `node`, in the same file, has open when `node` runs. */
export function liveSpanAt(file: FileModel, starts: readonly SpanStart[], node: ts.Node): LiveSpan | undefined {
  for (let body = enclosingBody(node); ; body = enclosingBody(body)) {
    const owner = isFunctionNode(body)
      ? starts.find((start) => start.callback === body && start.call !== node)
      : undefined;
    if (owner) return { start: owner, active: true };
    const open = starts.findLast((start) => givesOpenSpan(start) && isOpenAt(file, start, node, body));
    if (open) return { start: open, active: false };
    if (ts.isSourceFile(body) || runsLater(body)) return undefined;
  }
}

/** The span is started in `body` before `node` and not ended between them. */
export function isOpenAt(
  file: FileModel,
  start: SpanStart,
  node: ts.Node,
  body: FunctionNode | ts.SourceFile,
): boolean {
  if (!start.span || start.call.end > node.pos || enclosingBody(start.call) !== body) return false;
  return !start.span.references.some(
    ({ node: use }) =>
      isEndCall(use) && use.end < node.pos && enclosingBody(use) === body && file.source === use.getSourceFile(),
  );
}

/** A function that is declared here and runs when somebody calls it, perhaps long after. */
function runsLater(node: FunctionNode): boolean {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return true;
  const { parent } = node;
  return !(ts.isCallExpression(parent) || ts.isParenthesizedExpression(parent));
}

/** `context.with(c, f)` and its relatives: calls that run a function in another context. */
export function runsInContext(
  file: FileModel,
  call: ts.CallExpression,
): { context: ts.Expression; run: ts.Expression } | undefined {
  if (calleeName(call) !== 'with' && calleeName(call) !== 'bind') return undefined;
  if (!file.kinds.is(receiver(call), 'contextApi')) return undefined;
  const context = argument(call, 0);
  const run = argument(call, 1);
  return context && run ? { context: unwrap(context), run } : undefined;
}
