import { sureness } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { liveSpanAt } from '../otel/liveSpans';
import { messageUses, type MessageUse } from '../otel/messaging';
import type { LintContext, Rule } from '../rule';
import { enclosingBody, isInside } from '../syntax/nodes';
import { ts } from '../ts';

export const missingPropagation: Rule = {
  id: 'missing-propagation',
  title: 'A message that does not carry its trace along',
  check(context) {
    for (const use of messageUses(context.file)) {
      if (use.instrumentations.some((name) => context.project.dependsOn(name))) continue;
      if (use.kind === 'send') checkSend(context, use);
      else checkReceive(context, use);
    }
  },
};

const CARRIES = /\binject\s*\(|traceparent|getTraceHeaders|propagat/i;
const TAKES = /\bextract\s*\(|traceparent|linkTo|links\s*:|propagat/i;

function checkSend(context: LintContext, use: MessageUse): void {
  const live = liveSpanAt(context.file, context.starts, use.node);
  if (!live || mentions(context, enclosingBody(use.node), CARRIES) || mentions(context, use.node, CARRIES)) return;
  context.report({
    ...rangeOf(use.node.kind === ts.SyntaxKind.CallExpression ? use.node.expression : use.node),
    message: `The message goes out through ${use.carrier} without the trace's context, so that whoever receives it begins a new trace. ${place(use)}`,
    confidence: sureness('missing-propagation', 'noCarrier', !live.start.sure && 'byName'),
  });
}

function place({ instrumentations: [package_] }: MessageUse): string {
  return package_ === undefined
    ? 'Put it into the message, or into the environment of the process, with propagation.inject(context.active(), carrier), and extract it there.'
    : `Put it into the message's headers with propagation.inject(context.active(), headers), or install ${package_}.`;
}

function checkReceive(context: LintContext, use: MessageUse): void {
  const { handler } = use;
  if (!handler?.body) return;
  const start = context.starts.find((each) => isInside(each.call, handler) && !each.context);
  if (!start || mentions(context, handler, TAKES)) return;
  context.report({
    ...rangeOf(start.call.expression),
    message: `The span for a message from ${use.carrier} starts a trace of its own although the sender's context is in the message. Take it out with propagation.extract(ROOT_CONTEXT, headers) and pass it as the parent, or, for a batch, as links. Or install ${use.instrumentations[0]}.`,
    confidence: sureness('missing-propagation', 'noCarrier', !start.sure && 'byName'),
  });
}

/** What a comment says is not done; a URL in quotes goes with it, which says nothing either. */
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;

function mentions(context: LintContext, node: ts.Node, pattern: RegExp): boolean {
  return pattern.test(node.getText(context.file.source).replace(COMMENT, ''));
}
