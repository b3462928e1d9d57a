import type { FileModel, FunctionInFile } from '../model';
import { calleeName, receiver, returnedExpressions, unwrap, unwrapAwait } from '../syntax/nodes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { givesPromise } from './promises';
import type { SpanStart } from './spanStarts';
import { calledFunction } from './wrappers';

const STARTS = /startSpan|startActiveSpan/;

/** Work inside of a span, and the file that it stands in. */
export interface SpanWork {
  readonly file: FileModel;
  readonly callback: FunctionNode;
}

/**
 * The work whose promise a call of the program's own function gives: what is passed to `withSpan('pay', async () => …)`, or what
 * `refresh()` runs in the span that it starts itself.
 */
export function workOfCall(
  file: FileModel,
  call: ts.CallExpression,
  start: SpanStart | undefined,
): SpanWork | undefined {
  const callback = start?.form === 'wrapper' ? start.callback : undefined;
  if (callback && !givesPromise(file, callback)) return undefined;
  const called = calledFunction(file, call, STARTS);
  if (!called) return undefined;
  if (callback)
    return givesPromise(called.file, called.node) || givesWhatItRuns(called.node) ? { file, callback } : undefined;
  return start ? undefined : ownWork(called);
}

/** `async function refresh() { return tracer.startActiveSpan('refresh', async (span) => …) }` */
function ownWork({ file, node }: FunctionInFile): SpanWork | undefined {
  for (const returned of returnedExpressions(node)) {
    const call = unwrapAwait(returned);
    if (!ts.isCallExpression(call) || calleeName(call) !== 'startActiveSpan') continue;
    const on = receiver(call);
    const run = call.arguments.map((each): ts.Node => unwrap(each)).find(isFunctionNode);
    if (on && run && file.kinds.is(on, 'tracer') && givesPromise(file, run)) return { file, callback: run };
  }
  return undefined;
}

/** `function inSpan<T>(name: string, work: () => T): T`, and `Promise<T> | T`: the promise of the work comes back. */
function givesWhatItRuns({ type, typeParameters, parameters }: FunctionNode): boolean {
  if (!type) return false;
  if (ts.isUnionTypeNode(type)) return type.types.some((each) => nameOf(each) === 'Promise');
  const name = nameOf(type);
  if (name === undefined || !typeParameters?.some((each) => each.name.text === name)) return false;
  return parameters.some((each) => each.type && ts.isFunctionTypeNode(each.type) && nameOf(each.type.type) === name);
}

function nameOf(type: ts.TypeNode): string | undefined {
  return ts.isTypeReferenceNode(type) ? type.typeName.getText() : undefined;
}
