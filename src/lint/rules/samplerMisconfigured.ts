import { sureness } from '../grounds';
import { insertAt, rangeOf, replaceNode } from '../fixes/edits';
import { classFrom } from '../fixes/renameImport';
import { declaredFunction } from '../otel/declaredFunctions';
import { candidates, isEnvironmentGuarded, isGlobalSetup, isOtelClass, sdkSetups } from '../otel/sdk';
import type { Confidence, Fix, LintContext, Rule } from '../rule';
import {
  argument,
  calleeName,
  objectProperty,
  outerParent,
  propertyName,
  returnedExpressions,
  unwrap,
} from '../syntax/nodes';
import { isSampleFile } from '../testFiles';
import { ts } from '../ts';

export const samplerMisconfigured: Rule = {
  id: 'sampler-misconfigured',
  title: 'A sampler that tears traces apart',
  check(context) {
    for (const setup of sdkSetups(context.file)) {
      const sampler = typeof setup.options === 'object' ? objectProperty(setup.options, 'sampler') : undefined;
      // A provider that serves one purpose of its own need not follow the decisions of others.
      const isOwn = !isGlobalSetup(context.file, setup);
      const choices = sampler ? candidates(context.file, sampler).flatMap((each) => made(context, each)) : [];
      // Who offers several kinds, one of them based on the parent, leaves the choice to the operator.
      const isSetting = choices.some((each) => ts.isNewExpression(each) && calleeName(each) === 'ParentBasedSampler');
      for (const each of choices) check(context, each, isOwn || isSetting);
    }
    for (const each of defaultSamplers(context)) check(context, each, true);
  },
};

/** Itself, or what a function of the file returns: `sampler: createSampler(rate)`. */
function made({ file }: LintContext, sampler: ts.Expression): readonly ts.Expression[] {
  const callee = ts.isCallExpression(sampler) ? unwrap(sampler.expression) : undefined;
  const helper = callee && ts.isIdentifier(callee) ? declaredFunction(file, callee) : undefined;
  if (helper?.file !== file) return [sampler];
  const returned = returnedExpressions(helper.node).flatMap((each) => candidates(file, each));
  const kinds = new Set(returned.filter(ts.isNewExpression).map(calleeName));
  // Who makes one of several as a setting says leaves the choice to the operator.
  return kinds.size === 1 ? returned : [];
}

/** `sampler: new AlwaysOnSampler()` in settings that go to the SDK elsewhere. */
function defaultSamplers({ file }: LintContext): ts.Expression[] {
  const inSetups = new Set(sdkSetups(file).map(({ options }) => (typeof options === 'object' ? options : undefined)));
  return file.nodes.news.filter((node) => {
    const place = outerParent(node);
    if (!ts.isPropertyAssignment(place) || propertyName(place.name) !== 'sampler') return false;
    if (!ts.isObjectLiteralExpression(place.parent) || inSetups.has(place.parent)) return false;
    return isOtelClass(file, node) && !/dev|test|local|debug/i.test(nameAround(place));
  });
}

function check(context: LintContext, sampler: ts.Expression, isOwn: boolean): void {
  if (!ts.isNewExpression(sampler) || isExplained(context, sampler)) return;
  switch (calleeName(sampler)) {
    case 'TraceIdRatioBasedSampler':
    case 'TraceIdRatioSampler':
      checkRatio(context, sampler);
      if (keepsAll(sampler)) return checkAlwaysOn(context, sampler, isOwn);
      report(
        context,
        sampler,
        'A ratio as the root sampler decides anew for every span: parts of a trace that another service keeps are dropped here, and the other way round.',
        sureness(
          'sampler-misconfigured',
          'bareRatio',
          isOwn && 'choice',
          isSampleFile(context.file.path) && 'inSample',
        ),
      );
      return;
    case 'ParentBasedSampler':
      for (const root of rootOf(sampler)) checkRatio(context, root);
      return;
    case 'AlwaysOnSampler':
      checkAlwaysOn(context, sampler, isOwn);
      return;
    default:
      return;
  }
}

/** A comment above that names the other sampler shows that the choice was made knowingly, unless it is what is still to be done. */
function isExplained({ file }: LintContext, sampler: ts.NewExpression): boolean {
  const member = ts.findAncestor(sampler, (node) => ts.isPropertyAssignment(node) || ts.isStatement(node));
  const above = member && file.text.slice(member.pos, sampler.getStart());
  return above !== undefined && /(\/\/|\*).*ParentBased/.test(above) && !/\b(TODO|FIXME|XXX)\b/.test(above);
}

/** A sample shows all that it makes. */
function checkAlwaysOn(context: LintContext, sampler: ts.NewExpression, isOwn: boolean): void {
  if (isEnvironmentGuarded(sampler) || isSampleFile(context.file.path)) return;
  const name = calleeName(sampler) === 'AlwaysOnSampler' ? 'AlwaysOnSampler' : 'A ratio of 1';
  report(
    context,
    sampler,
    `${name} as the root sampler keeps spans of traces that the caller has dropped: they arrive as pieces without a beginning.`,
    sureness('sampler-misconfigured', 'keepsAll', isOwn && 'choice'),
  );
}

function keepsAll(sampler: ts.NewExpression): boolean {
  const ratio = argument(sampler, 0);
  const node = ratio && unwrap(ratio);
  return node !== undefined && ts.isNumericLiteral(node) && Number(node.text) === 1;
}

/** The names of the functions and properties around a node, such as `developmentDefaults`. */
function nameAround(node: ts.Node): string {
  const names: string[] = [];
  for (let current = node.parent; current.parent; current = current.parent)
    if (
      (ts.isPropertyAssignment(current) || ts.isVariableDeclaration(current) || ts.isFunctionLike(current)) &&
      current.name
    )
      names.push(current.name.getText());
  return names.join(' ');
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
    confidence: sureness('sampler-misconfigured', 'beyondOne'),
    fixes: () =>
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

function report(context: LintContext, sampler: ts.NewExpression, what: string, confidence: Confidence): void {
  context.report({
    ...rangeOf(sampler.expression),
    message: `${what} Wrap it: new ParentBasedSampler({ root: … }).`,
    confidence,
    fixes: () => wrapFix(context, sampler),
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
