import { PRELOAD_ENV } from '../../../protocol/preload';
import { type Language, type Launch, pathsOf, type Preparation, variable } from './language';

const PYTHONPATH = 'PYTHONPATH';
/** Interpreter options by which PYTHONPATH, or sitecustomize, is not looked at. */
const IGNORES_US = /^-[a-zA-Z]*[EIS]/;
/** Programs that bring a provider of their own: a second one would take its place. */
const SETS_UP =
  /TracerProvider\s*\(|set_tracer_provider|configure_azure_monitor|logfire\.configure|ddtrace|sentry_sdk\.init/;
const MOST_SOURCES = 100;
const EXPORTERS = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_METRICS_EXPORTER',
  'OTEL_LOGS_EXPORTER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
];
const PACKAGES = ['lib', 'lib64', 'Lib'];

/**
 * A folder with a `sitecustomize` in front of PYTHONPATH sends a copy of what the program's SDK records, so its exporters stay as they
 * are. Where the interpreter has OpenTelemetry's automatic instrumentation, a program without a provider of its own gets that, too.
 */
export const PYTHON: Language = {
  id: 'python',
  types: ['python', 'debugpy'],
  prepare,
};

async function prepare(launch: Launch): Promise<Preparation> {
  const ignoring = interpreterOptions(launch).find((option) => IGNORES_US.test(option));
  if (ignoring)
    return {
      env: {},
      limit: `its interpreter ignores PYTHONPATH by the option ${ignoring}. Take it out of "pythonArgs".`,
    };
  const agent = await automaticInstrumentation(launch);
  const env = pythonPath(launch, agent ? [agent.folder] : []);
  return { env: agent ? { ...env, ...agent.env } : env };
}

/** Our folder in front of the PYTHONPATH that a program would have, once, with `more` behind it. */
export function pythonPath(launch: Launch, more: readonly string[] = []): Record<string, string> {
  const paths = pathsOf(launch);
  const ours = [paths.join(launch.preloadFolder, 'python'), ...more];
  const theirs = (variable(launch, PYTHONPATH) ?? '')
    .split(paths.delimiter)
    .filter((each) => each && !ours.includes(each));
  return { [PYTHONPATH]: [...ours, ...theirs].join(paths.delimiter) };
}

interface Agent {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

async function automaticInstrumentation(launch: Launch): Promise<Agent | undefined> {
  const { config } = launch;
  const command = [config.module, config.program].filter((part) => typeof part === 'string').join(' ');
  if (/opentelemetry/.test(command) || isConfigured(launch) || (await setsUpItself(launch))) return undefined;
  const paths = pathsOf(launch);
  for (const packages of await packageFolders(launch)) {
    const folder = paths.join(packages, 'opentelemetry', 'instrumentation', 'auto_instrumentation');
    const distro = paths.join(packages, 'opentelemetry', 'distro');
    if (!(await launch.files.exists(paths.join(folder, 'sitecustomize.py'))) || !(await launch.files.exists(distro)))
      continue;
    return { folder, env: await exporters(launch, paths.join(packages, 'opentelemetry', 'exporter', 'otlp', 'proto')) };
  }
  return undefined;
}

/** It would look for exporters that are perhaps not there, and print what becomes of sending to nobody. */
async function exporters(launch: Launch, folder: string): Promise<Record<string, string>> {
  const paths = pathsOf(launch);
  const hasHttp = await launch.files.exists(paths.join(folder, 'http'));
  const others = hasHttp ? 'otlp' : 'none';
  // Spans come by the copies alone.
  const env = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: others, OTEL_LOGS_EXPORTER: others };
  const http = { OTEL_EXPORTER_OTLP_ENDPOINT: launch.endpoint.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };
  return hasHttp ? { ...env, ...http } : env;
}

/** Somebody has said where telemetry goes; what an earlier session of ours said does not count. */
function isConfigured(launch: Launch): boolean {
  const isRestart = launch.env[PRELOAD_ENV.endpoint] !== undefined;
  return !isRestart && EXPORTERS.some((key) => variable(launch, key) !== undefined);
}

/** `site-packages` of the configuration's interpreter, by where an interpreter has them. */
async function packageFolders(launch: Launch): Promise<string[]> {
  const { config, files, platform } = launch;
  const interpreter = [config.python, config.pythonPath].flat().find((each) => typeof each === 'string');
  const paths = pathsOf(launch);
  if (typeof interpreter !== 'string' || !paths.isAbsolute(interpreter)) return [];
  const folder = paths.dirname(interpreter);
  const prefix = platform === 'win32' && !/[\\/]scripts$/i.test(folder) ? folder : paths.dirname(folder);
  const candidates: string[] = [];
  for (const lib of PACKAGES) {
    const versions = (await files.list(paths.join(prefix, lib))).filter((name) => /^python3\.\d+$/.test(name));
    for (const version of ['', ...versions])
      for (const name of ['site-packages', 'dist-packages']) candidates.push(paths.join(prefix, lib, version, name));
  }
  return candidates;
}

/** Looks at the sources beside the program, and in the folders right below. */
async function setsUpItself(launch: Launch): Promise<boolean> {
  const { config, workspaceFolder, files } = launch;
  const paths = pathsOf(launch);
  const program = typeof config.program === 'string' ? paths.dirname(config.program) : undefined;
  const root = program ?? (typeof config.cwd === 'string' ? config.cwd : workspaceFolder);
  if (root === undefined) return false;
  const entries = (await files.list(root)).filter((name) => !name.startsWith('.') && name !== 'node_modules');
  const sources = entries.filter((name) => name.endsWith('.py')).map((name) => paths.join(root, name));
  for (const name of entries.filter((entry) => !entry.includes('.')))
    for (const inner of await files.list(paths.join(root, name)))
      if (inner.endsWith('.py')) sources.push(paths.join(root, name, inner));
  for (const source of sources.slice(0, MOST_SOURCES)) if (SETS_UP.test((await files.read(source)) ?? '')) return true;
  return false;
}

function interpreterOptions({ config }: Launch): string[] {
  return Array.isArray(config.pythonArgs) ? config.pythonArgs.filter((each) => typeof each === 'string') : [];
}
