import { sureness } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { liveSpanAt } from '../otel/liveSpans';
import { messageUses, type MessageUse } from '../otel/messaging';
import { calledFunction } from '../otel/wrappers';
import type { LintContext, Rule } from '../rule';
import { enclosingBody, isInside, unwrap } from '../syntax/nodes';
import { isFunctionNode, walk } from '../syntax/walk';
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
  if (!live || mentions(context, enclosingBody(use.node), CARRIES) || carries(context, use.node)) return;
  context.report({
    ...rangeOf(use.node.kind === ts.SyntaxKind.CallExpression ? use.node.expression : use.node),
    message: `The message goes out through ${use.carrier} without the trace's context, so that whoever receives it begins a new trace. ${place(use)}`,
    confidence: sureness('missing-propagation', 'noCarrier', !live.start.sure && 'byName'),
  });
}

/** The call, or what the names in it stand for, mentions a carrier: `queue.add('mail', data)` beside `const data = { ...payload, traceparent }`. */
function carries(context: LintContext, send: ts.Node): boolean {
  let isFound = mentions(context, send, CARRIES);
  walk(send, (node) => {
    if (isFound || !ts.isIdentifier(node)) return;
    const declaration = context.file.scopes.bindingOf(node)?.declarations[0]?.parent;
    if (declaration && ts.isVariableDeclaration(declaration) && declaration.initializer)
      isFound = !isFunctionNode(unwrap(declaration.initializer)) && mentions(context, declaration.initializer, CARRIES);
  });
  return isFound;
}

function orInstall({ instrumentations: [package_] }: MessageUse): string {
  return package_ === undefined ? '' : `, or install ${package_}`;
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
  if (!start || mentions(context, handler, TAKES) || isTakenAround(context, start.call, handler)) return;
  context.report({
    ...rangeOf(start.call.expression),
    message: `The span for a message from ${use.carrier} begins a trace of its own: nothing here takes the sender's context out of the message. Pass propagation.extract(ROOT_CONTEXT, headers) as the parent, or, for a batch, as links${orInstall(use)}.`,
    confidence: sureness('missing-propagation', 'noCarrier', !start.sure && 'byName'),
  });
}

/** A function of the program's own, which starts the span or one around it, takes the context out of the message. */
function isTakenAround(context: LintContext, start: ts.Node, handler: ts.Node): boolean {
  for (let node = start; node && node !== handler; node = node.parent) {
    if (!ts.isCallExpression(node)) continue;
    const called = calledFunction(context.file, node, TAKES);
    if (called && TAKES.test(called.node.getText(called.file.source).replace(COMMENT, ''))) return true;
  }
  return false;
}

/** What a comment says is not done; a URL in quotes goes with it, which says nothing either. */
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;

function mentions(context: LintContext, node: ts.Node, pattern: RegExp): boolean {
  return pattern.test(node.getText(context.file.source).replace(COMMENT, ''));
}
