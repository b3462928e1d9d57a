import { insertAt, rangeOf, replaceNode } from '../fixes/edits';
import { classFrom } from '../fixes/renameImport';
import { candidates, isEnvironmentGuarded, sdkSetups } from '../otel/sdk';
import type { Fix, LintContext, Rule } from '../rule';
import { argument, calleeName, objectProperty, unwrap } from '../syntax/nodes';
import { ts } from '../ts';

export const samplerMisconfigured: Rule = {
  id: 'sampler-misconfigured',
  title: 'A sampler that tears traces apart',
  check(context) {
    for (const setup of sdkSetups(context.file)) {
      const sampler = typeof setup.options === 'object' ? objectProperty(setup.options, 'sampler') : undefined;
      if (sampler) for (const each of candidates(context.file, sampler)) check(context, each);
    }
  },
};

function check(context: LintContext, sampler: ts.Expression): void {
  if (!ts.isNewExpression(sampler)) return;
  switch (calleeName(sampler)) {
    case 'TraceIdRatioBasedSampler':
    case 'TraceIdRatioSampler':
      checkRatio(context, sampler);
      report(
        context,
        sampler,
        'A ratio as the root sampler decides anew for every span: parts of a trace that another service keeps are dropped here, and the other way round.',
        'certain',
      );
      return;
    case 'ParentBasedSampler':
      for (const root of rootOf(sampler)) checkRatio(context, root);
      return;
    case 'AlwaysOnSampler':
      if (!isEnvironmentGuarded(sampler))
        report(
          context,
          sampler,
          'AlwaysOnSampler as the root sampler keeps spans of traces that the caller has dropped: they arrive as pieces without a beginning.',
          'likely',
        );
      return;
    default:
      return;
  }
}

function rootOf(sampler: ts.NewExpression): ts.NewExpression[] {
  const options = argument(sampler, 0);
  const object = options && unwrap(options);
  const root = object && ts.isObjectLiteralExpression(object) ? objectProperty(object, 'root') : undefined;
  const bare = root && unwrap(root);
  return bare && ts.isNewExpression(bare) && /^TraceIdRatio/.test(calleeName(bare) ?? '') ? [bare] : [];
}

/** 10 for ten per cent keeps everything. */
function checkRatio(context: LintContext, sampler: ts.NewExpression): void {
  const ratio = argument(sampler, 0);
  const node = ratio && unwrap(ratio);
  if (!node || !ts.isNumericLiteral(node) || Number(node.text) <= 1) return;
  context.report({
    ...rangeOf(node),
    message: `The ratio ${node.text} is beyond 1, which keeps every trace. It goes from 0 to 1: ten per cent are 0.1.`,
    confidence: 'certain',
    fixes:
      Number(node.text) <= 100
        ? [
            {
              title: `Write ${Number(node.text) / 100}`,
              edits: [replaceNode(node, String(Number(node.text) / 100))],
              safe: false,
            },
          ]
        : [],
  });
}

function report(context: LintContext, sampler: ts.NewExpression, what: string, confidence: 'certain' | 'likely'): void {
  context.report({
    ...rangeOf(sampler.expression),
    message: `${what} Wrap it: new ParentBasedSampler({ root: … }).`,
    confidence,
    fixes: wrapFix(context, sampler),
  });
}

function wrapFix(context: LintContext, sampler: ts.NewExpression): Fix[] {
  const parentBased = classFrom(context, sampler, 'ParentBasedSampler');
  if (!parentBased) return [];
  const edits = [
    insertAt(sampler.getStart(), `new ${parentBased.text}({ root: `),
    insertAt(sampler.end, ' })'),
    ...parentBased.edits,
  ];
  return [{ title: 'Follow the parent’s decision, and this for new traces', edits, safe: false }];
}
