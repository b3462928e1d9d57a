import { basename, dirname, join } from 'path';

/** What is known of the program before it runs. */
export interface ProgramFacts {
  /** The nearest package.json's name, or the main script's. */
  readonly serviceName: string;
  /** A dependency or a command-line option brings an OpenTelemetry SDK, or another tracer. */
  readonly hasSdk: boolean;
  /** It is served by a tool that runs modules out of Vite. */
  readonly usesVite: boolean;
}

/**
 * Packages that register a tracer provider of their own, or patch what ours would patch. A package missing here costs some
 * start-up (ours steps back when a provider registers); one too many would leave a program without spans.
 */
const SDK_PACKAGE = new RegExp(
  '^(' +
    [
      '@opentelemetry/(sdk-trace-.+|sdk-node|auto-instrumentations-node|node|tracing)',
      '@sentry/(node|nextjs|nestjs|remix|sveltekit|astro|nuxt|solidstart|tanstackstart-react|aws-serverless|google-cloud-serverless)',
      '@(splunk|vercel)/otel|@elastic/opentelemetry-node|@grafana/otel|@honeycombio/opentelemetry-node|@uptrace/node',
      '@azure/monitor-opentelemetry|@google-cloud/trace-agent|@appsignal/nodejs|@instana/collector|@newrelic/.*opentelemetry',
      'dd-trace|elastic-apm-node|newrelic|applicationinsights|skywalking-backend-js|logfire',
    ].join('|') +
    ')$',
);
const SDK_OPTION = /@opentelemetry\/|dd-trace|@sentry\/|newrelic|elastic-apm-node|@splunk\/otel/;

const VITE_PACKAGE =
  /^(vite|vite-node|vinxi|astro|nuxt|@sveltejs\/kit|@remix-run\/dev|@react-router\/dev|@tanstack\/.*-start|@solidjs\/start|@analogjs\/.*)$/;

const IN_PACKAGE = /[\\/]node_modules[\\/]/;

type ReadText = (path: string) => string | undefined;

export function programFacts(
  script: string | undefined,
  workingFolder: string,
  options: string,
  readText: ReadText,
): ProgramFacts {
  // A runner from a package (next, ts-node, mocha) works for the folder that it was started in.
  let folder = script && !IN_PACKAGE.test(script) ? dirname(script) : workingFolder;
  for (;;) {
    const manifest = parse(readText(join(folder, 'package.json')));
    if (manifest && typeof manifest.name === 'string') {
      const dependencies = dependencyNames(manifest);
      const hasSdk = SDK_OPTION.test(options) || dependencies.some((name) => SDK_PACKAGE.test(name));
      return { serviceName: manifest.name, hasSdk, usesVite: dependencies.some((name) => VITE_PACKAGE.test(name)) };
    }
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return { serviceName: script ? basename(script) : 'node', hasSdk: SDK_OPTION.test(options), usesVite: false };
}

function dependencyNames(manifest: Record<string, unknown>): string[] {
  return [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].reduce<string[]>(
    (names, group) => (group && typeof group === 'object' ? names.concat(Object.keys(group)) : names),
    [],
  );
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
