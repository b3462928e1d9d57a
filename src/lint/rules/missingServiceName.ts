import { sureness } from '../grounds';
import { insertAt, quoted, rangeOf, replaceNode } from '../fixes/edits';
import { candidates, hasSpread, isGlobalSetup, option, sdkSetups, type SdkSetup } from '../otel/sdk';
import { objectLiteralOf } from '../otel/attributeWrites';
import type { Fix, LintContext, Rule } from '../rule';
import { argument, calleeName, propertyName, receiver } from '../syntax/nodes';
import { isSampleFile } from '../testFiles';
import { ts } from '../ts';
import { constantText } from '../values/constants';

export const missingServiceName: Rule = {
  id: 'missing-service-name',
  title: 'A service without a name',
  check(context) {
    const setups = sdkSetups(context.file).filter((setup) => isGlobalSetup(context.file, setup));
    const unnamed = setups.filter((setup) => !namesService(context, setup));
    for (const setup of unnamed) report(context, setup, unnamed.length < setups.length);
  },
};

function namesService(context: LintContext, setup: SdkSetup): boolean {
  if (setup.options === 'opaque') return true; // cannot be seen from here
  if (setup.options === 'none') return isNamedInCode(context);
  if (hasSpread(setup.options) || option(setup, 'serviceName')) return true;
  const resource = option(setup, 'resource');
  if (!resource) return isNamedInCode(context);
  return candidates(context.file, resource).some((each) => mayName(context, each));
}

/** `process.env.OTEL_SERVICE_NAME = …` counts as code, and so does a resource that is added, or written to, afterwards. */
function isNamedInCode(context: LintContext): boolean {
  if (context.file.nodes.news.some((node) => isNamedExporter(context, node))) return true;
  return /OTEL_SERVICE_NAME|OTEL_RESOURCE_ATTRIBUTES|\.addResource\(|['"]service\.name['"]\]?\s*[=:]/.test(
    context.file.text,
  );
}

/** `new ZipkinExporter({ serviceName })`: the exporters of other protocols, and those of the first versions, were told the name. */
function isNamedExporter({ file }: LintContext, node: ts.NewExpression): boolean {
  if (!/^(Zipkin|Jaeger|Collector)\w*Exporter$/.test(calleeName(node) ?? '')) return false;
  const options = objectLiteralOf(file, argument(node, 0));
  return options?.properties.some(({ name }) => propertyName(name) === 'serviceName') ?? false;
}

/** Resources are merged and made by functions: anything that is not seen through may hold the name. */
function mayName(context: LintContext, resource: ts.Expression): boolean {
  if (ts.isCallExpression(resource) && calleeName(resource) === 'merge') {
    const on = receiver(resource);
    const other = argument(resource, 0);
    return [on, other].some((part) => part && candidates(context.file, part).some((each) => mayName(context, each)));
  }
  const isDefault = ts.isCallExpression(resource) && calleeName(resource) === 'defaultResource';
  if (isDefault || (ts.isCallExpression(resource) && /^(default|empty)$/.test(calleeName(resource) ?? '')))
    return false;
  const isMade =
    (ts.isCallExpression(resource) && calleeName(resource) === 'resourceFromAttributes') ||
    ts.isNewExpression(resource);
  if (!isMade) return true;
  const object = objectLiteralOf(context.file, argument(resource, 0));
  if (!object || hasSpread(object)) return true;
  return object.properties.some((member) => {
    const name = member.name;
    const text =
      name && ts.isComputedPropertyName(name) ? constantText(context.file, name.expression)?.text : propertyName(name);
    return text === undefined || text === 'service.name';
  });
}

/** `beside`: the file sets up another SDK, which has a name, and only one of them serves the program. */
function report(context: LintContext, setup: SdkSetup, beside: boolean): void {
  const elsewhere =
    context.project.environmentFile('OTEL_SERVICE_NAME') ?? context.project.environmentFile('service.name=');
  const where = elsewhere === undefined ? '' : ` ${elsewhere} sets one for the runs that it is used in.`;
  context.report({
    ...rangeOf(setup.call.expression),
    message: `The SDK is set up without a service name, so that its traces arrive as "unknown_service:node" beside everybody else's.${where} Set serviceName, the resource attribute service.name, or OTEL_SERVICE_NAME.`,
    confidence: sureness(
      'missing-service-name',
      elsewhere === undefined && !beside && exportsSomewhere(context, setup) && !isSampleFile(context.file.path)
        ? 'nowhere'
        : 'elsewhere',
    ),
    fixes: () => fixes(context, setup),
  });
}

/** Spans leave the program by OTLP, which is the default: what is printed, or sent to a product of its own kind, may need no name. */
function exportsSomewhere(context: LintContext, setup: SdkSetup): boolean {
  const exporters = ['traceExporter', 'spanProcessor', 'spanProcessors'].flatMap((name) => option(setup, name) ?? []);
  // The SDK exports by itself; a provider only to what the file gives it.
  if (exporters.length === 0) return setup.name === 'NodeSDK' || mayExport(context, setup);
  return exporters.some((each) =>
    candidates(context.file, each).some((one) => /OTLP|Zipkin|Jaeger/.test(one.getText())),
  );
}

function mayExport({ file }: LintContext, { name }: SdkSetup): boolean {
  if (/OTLP|Zipkin|Jaeger/.test(file.text)) return true;
  // Whether another file adds an exporter to the provider is not seen here; what this one makes is for other eyes.
  return name !== 'BasicTracerProvider' && !file.nodes.news.some((node) => /Exporter$/.test(calleeName(node) ?? ''));
}

function fixes(context: LintContext, setup: SdkSetup): Fix[] {
  const name = context.project.packageName?.replace(/^@[^/]+\//, '');
  if (setup.name !== 'NodeSDK' || name === undefined || setup.options === 'opaque') return [];
  const { source } = context.file;
  const member = `serviceName: ${quoted(source, name)}`;
  const edit = () => {
    if (setup.options === 'none')
      return setup.call.arguments
        ? insertAt(setup.call.end - 1, `{ ${member} }`)
        : insertAt(setup.call.end, `({ ${member} })`);
    const object = setup.options as ts.ObjectLiteralExpression;
    const first = object.properties[0];
    return first ? insertAt(first.getStart(), `${member}, `) : replaceNode(object, `{ ${member} }`);
  };
  return [{ title: `Name it ${name}, as the package`, edits: [edit()], safe: false }];
}
