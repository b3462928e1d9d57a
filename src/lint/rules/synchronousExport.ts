import { sureness, type SomeGrounds } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { renameClass } from '../fixes/renameImport';
import { importOf } from '../otel/imports';
import { candidates, isEnvironmentGuarded, isOtelClass } from '../otel/sdk';
import { isServerless } from '../otel/serverless';
import type { LintContext, Rule } from '../rule';
import { argument, calleeName, objectProperty, unwrap } from '../syntax/nodes';
import { isSampleFile } from '../testFiles';
import { ts } from '../ts';

const NETWORK =
  /^(OTLP\w*Exporter|ZipkinExporter|JaegerExporter|CollectorTraceExporter|TraceExporter|AzureMonitorTraceExporter|GoogleTraceExporter|\w*CloudTraceExporter)$/;
const LOCAL = /console|memory|test|mock|noop|file|stdout|debug|fake/i;

export const synchronousExport: Rule = {
  id: 'synchronous-export',
  title: 'One request to the collector for every span',
  check(context) {
    for (const node of context.file.nodes.news)
      if (/SimpleSpanProcessor$/.test(calleeName(node) ?? '') && isProcessor(context, node)) check(context, node);
  },
};

/** OpenTelemetry's own, or one that a package derives from it under a longer name. */
function isProcessor(context: LintContext, node: ts.NewExpression): boolean {
  return isOtelClass(context.file, node) || isImportedClass(context, node);
}

function isImportedClass({ file }: LintContext, node: ts.NewExpression): boolean {
  const declaration = file.scopes.bindingOf(unwrap(node.expression))?.declarations[0];
  const module = declaration && importOf(declaration)?.module;
  return module !== undefined && !module.startsWith('.') && calleeName(node) !== 'SimpleSpanProcessor';
}

function check(context: LintContext, node: ts.NewExpression): void {
  if (isEnvironmentGuarded(node) || isServerless(context.file, context.project) || isExplained(context, node)) return;
  const exporters = exportersOf(context, node).filter((each) => !isEnvironmentGuarded(each));
  const names = exporters.map((each) => (ts.isNewExpression(each) ? calleeName(each) : undefined));
  const name =
    names.find((each) => each !== undefined && NETWORK.test(each)) ??
    names.find((each) => each === undefined || !LOCAL.test(each));
  if (exporters.length === 0 || (name === undefined && !names.includes(undefined))) return;
  context.report({
    ...rangeOf(node.expression),
    message: `${calleeName(node)} sends every span by itself the moment it ends${name === undefined ? '' : ` (${name})`}: one request for each span, during the program's own. Use BatchSpanProcessor, which sends them together in the background.`,
    confidence: sureness('synchronous-export', ...grounds(context, exporters, name)),
    fixes: () => (calleeName(node) === 'SimpleSpanProcessor' ? renameClass(context, node, 'BatchSpanProcessor') : []),
  });
}

/** A collector on the same machine, or a sample of a few spans, is no service under load. */
function grounds(
  context: LintContext,
  exporters: readonly ts.Expression[],
  name: string | undefined,
): SomeGrounds<'synchronous-export'> {
  const isNear = exporters.some((each) => /localhost|127\.0\.0\.1|\[::1\]/.test(each.getText(context.file.source)));
  const isKnown = name !== undefined && NETWORK.test(name);
  return [isKnown ? 'network' : 'unknownExporter', isNear && 'near', isSampleFile(context.file.path) && 'inSample'];
}

/** A comment above that names the other processor shows that the choice was made knowingly. */
function isExplained(context: LintContext, node: ts.NewExpression): boolean {
  const statement = ts.findAncestor(node, ts.isStatement);
  if (!statement) return false;
  return /(\/\/|\*).*BatchSpanProcessor/.test(context.file.text.slice(statement.pos, node.getStart()));
}

/** The exporter of either form: `(exporter)`, `({ exporter })`. */
function exportersOf(context: LintContext, node: ts.NewExpression): ts.Expression[] {
  const first = argument(node, 0);
  if (!first) return [];
  const bare = unwrap(first);
  const inner = ts.isObjectLiteralExpression(bare) ? objectProperty(bare, 'exporter') : bare;
  return inner ? candidates(context.file, inner) : [];
}
