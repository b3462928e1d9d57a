import { basename, dirname, join } from 'path';
import { isFollowedPackage } from './esModules';
import { packageFile } from './packageFile';

/** What is known of the program before it runs. */
export interface ProgramFacts {
  /** The nearest package's name, or that of its folder, or the main script's. */
  readonly serviceName: string;
  /** A dependency or a command-line option brings an OpenTelemetry SDK, or another tracer. */
  readonly hasSdk: boolean;
  /** It is served by a tool that runs modules out of Vite. */
  readonly usesVite: boolean;
  /** It has packages that may be ES modules and are followed all the same. */
  readonly usesFollowedModules: boolean;
}

/** Names of packages, separated by spaces, by their scope. */
type NamesByScope = Readonly<Record<string, string>>;

/**
 * Packages that register a tracer provider of their own, or patch what ours would patch. A package missing here costs some
 * start-up (ours steps back when a provider registers); one too many would leave a program without spans. Names, not a pattern:
 * compiling one this long takes longer than all lookups.
 */
const SDK_PACKAGES: NamesByScope = {
  '@opentelemetry': 'sdk-node auto-instrumentations-node node tracing',
  '@sentry':
    'node nextjs nestjs remix sveltekit astro nuxt solidstart tanstackstart-react aws-serverless google-cloud-serverless',
  '@splunk': 'otel',
  '@vercel': 'otel',
  '@elastic': 'opentelemetry-node',
  '@grafana': 'otel',
  '@honeycombio': 'opentelemetry-node',
  '@uptrace': 'node',
  '@azure': 'monitor-opentelemetry',
  '@google-cloud': 'trace-agent',
  '@appsignal': 'nodejs',
  '@instana': 'collector',
  '': 'dd-trace elastic-apm-node newrelic applicationinsights skywalking-backend-js logfire',
};
const SDK_OPTION = /@opentelemetry\/|dd-trace|@sentry\/|newrelic|elastic-apm-node|@splunk\/otel/;

const VITE_PACKAGES: NamesByScope = {
  '@sveltejs': 'kit',
  '@remix-run': 'dev',
  '@react-router': 'dev',
  '@solidjs': 'start',
  '': 'vite vite-node vinxi astro nuxt',
};

/** Of a program of which nothing is looked up. */
export const NOTHING_KNOWN: ProgramFacts = {
  serviceName: 'node',
  hasSdk: false,
  usesVite: false,
  usesFollowedModules: false,
};

type ReadText = (path: string) => string | undefined;

export function programFacts(
  script: string | undefined,
  workingFolder: string,
  options: string,
  readText: ReadText,
): ProgramFacts {
  // A runner from a package (next, ts-node, mocha) works for the folder that it was started in.
  let folder = script && !packageFile(script) ? dirname(script) : workingFolder;
  for (;;) {
    const manifest = parse(readText(join(folder, 'package.json')));
    const dependencies = manifest ? dependencyNames(manifest) : [];
    const name = manifest && typeof manifest.name === 'string' ? manifest.name : undefined;
    // One with neither says no more than of what kind the modules of a folder are.
    if (name !== undefined || dependencies.length > 0) {
      const hasSdk = SDK_OPTION.test(options) || dependencies.some(isSdkPackage);
      return {
        serviceName: name || basename(folder),
        hasSdk,
        usesVite: dependencies.some(isVitePackage),
        usesFollowedModules: dependencies.some((each) => isFollowed(each, dependencies, manifest)),
      };
    }
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return { ...NOTHING_KNOWN, serviceName: script ? basename(script) : 'node', hasSdk: SDK_OPTION.test(options) };
}

/** A program that only draws with React Router's components answers no requests by it, and does without the loader's hooks. */
function isFollowed(name: string, all: readonly string[], manifest: Record<string, unknown> | undefined): boolean {
  if (!isFollowedPackage(name, wantedVersion(manifest, name))) return false;
  return name !== 'react-router' || all.some((each) => each.indexOf('@react-router/') === 0);
}

function isSdkPackage(dependency: string): boolean {
  const [scope, name] = scopeAndName(dependency);
  if (scope === '@opentelemetry' && name.startsWith('sdk-trace-')) return true;
  if (scope === '@newrelic' && name.endsWith('opentelemetry')) return true;
  return isAmong(SDK_PACKAGES, scope, name);
}

function isVitePackage(dependency: string): boolean {
  const [scope, name] = scopeAndName(dependency);
  if (scope === '@analogjs' || (scope === '@tanstack' && name.endsWith('-start'))) return true;
  return isAmong(VITE_PACKAGES, scope, name);
}

function scopeAndName(dependency: string): [scope: string, name: string] {
  const slash = dependency.indexOf('/');
  return [dependency.slice(0, Math.max(0, slash)), dependency.slice(slash + 1)];
}

function isAmong(packages: NamesByScope, scope: string, name: string): boolean {
  const names = Object.prototype.hasOwnProperty.call(packages, scope) ? packages[scope] : '';
  return name !== '' && names.split(' ').indexOf(name) >= 0;
}

function dependencyNames(manifest: Record<string, unknown>): string[] {
  return [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].reduce<string[]>(
    (names, group) => (group && typeof group === 'object' ? names.concat(Object.keys(group)) : names),
    [],
  );
}

function wantedVersion(manifest: Record<string, unknown> | undefined, name: string): unknown {
  const { dependencies } = (manifest ?? {}) as { dependencies?: Record<string, unknown> };
  return dependencies && typeof dependencies === 'object' ? dependencies[name] : undefined;
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
