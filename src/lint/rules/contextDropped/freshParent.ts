import { sureness } from '../../grounds';
import { rangeOf, replaceNode } from '../../fixes/edits';
import { apiName } from '../../fixes/apiImport';
import { objectLiteralOf } from '../../otel/attributeWrites';
import { liveSpanAt, runsInContext, type LiveSpan } from '../../otel/liveSpans';
import type { Fix, LintContext } from '../../rule';
import { literalText, objectMember } from '../../syntax/nodes';
import type { ts } from '../../ts';

/** `ROOT_CONTEXT` as a parent although a span is open: the work becomes a trace of its own. */
export function findFreshParents(context: LintContext): void {
  const { file } = context;
  for (const start of context.starts) {
    if (!start.context || !file.kinds.is(start.context, 'rootContext') || isDeliberate(context, start.options))
      continue;
    const live = liveSpanAt(file, context.starts, start.call);
    if (live) report(context, start.context, live, 'This span becomes', 'rootParent');
  }
  for (const call of file.nodes.calls) {
    const run = runsInContext(file, call);
    if (!run || !file.kinds.is(run.context, 'rootContext')) continue;
    const live = liveSpanAt(file, context.starts, call);
    // To run something outside of every trace is at times what is wanted: a cache that is filled in the background.
    if (live) report(context, run.context, live, 'Spans of this work become', 'detachedWork');
  }
}

function report(
  context: LintContext,
  parent: ts.Expression,
  live: LiveSpan,
  what: string,
  ground: 'rootParent' | 'detachedWork',
): void {
  const name = live.start.name && literalText(live.start.name);
  const around = name === undefined ? 'the span around it' : `"${name}"`;
  context.report({
    ...rangeOf(parent),
    message: `\`${parent.getText(context.file.source)}\` as the parent cuts the trace: ${what} a trace of its own although ${around} is open here. Pass context.active(), or, for a new trace that is meant, add a link to the span it comes from.`,
    confidence: sureness('context-dropped', ground, !live.start.sure && 'byName'),
    fixes: () => activeContext(context, parent),
  });
}

function activeContext(context: LintContext, parent: ts.Expression): Fix[] {
  const name = apiName(context, 'context');
  if (!name) return [];
  return [
    {
      title: 'Pass the active context',
      edits: [replaceNode(parent, `${name.text}.active()`), ...name.edits],
      safe: false,
    },
  ];
}

/** A new root on purpose says so: `root: true`, or links to what it comes from. */
function isDeliberate(context: LintContext, options: ts.Expression | undefined): boolean {
  if (!options) return false;
  const object = objectLiteralOf(context.file, options);
  return !object || objectMember(object, 'links') !== undefined || objectMember(object, 'root') !== undefined;
}
