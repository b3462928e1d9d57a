import type { LintContext, TextEdit } from '../rule';
import { isAsync, literalText, unwrap } from '../syntax/nodes';
import { isFunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { tracerFor } from './tracer';

/** What the wrapped code is run by. */
export type SpanMaker =
  | { readonly form: 'wrapper'; readonly callee: string; readonly edits: readonly TextEdit[] }
  | {
      readonly form: 'tracer';
      readonly tracer: string;
      readonly statusCode: string;
      readonly edits: readonly TextEdit[];
    };

/** The file's own wrapper `traced(name, fn)` where it uses one for such functions, else a tracer. */
export function spanMakerFor(context: LintContext, node: ts.Node, asyncWanted: boolean): SpanMaker | undefined {
  const callee = ownWrapper(context, asyncWanted);
  if (callee !== undefined) return { form: 'wrapper', callee, edits: [] };
  const use = tracerFor(context, node);
  return use && { form: 'tracer', ...use };
}

function ownWrapper({ file, starts }: LintContext, asyncWanted: boolean): string | undefined {
  for (const { form, call } of starts) {
    if (form !== 'wrapper') continue;
    const callee = unwrap(call.expression);
    const [name, run] = call.arguments;
    if (!ts.isIdentifier(callee) || call.arguments.length !== 2 || literalText(name) === undefined) continue;
    const scope = file.scopes.bindingOf(callee)?.scope.node;
    if (!scope || !ts.isSourceFile(scope) || !isFunctionNode(run) || isAsync(run) !== asyncWanted) continue;
    return callee.text;
  }
  return undefined;
}
