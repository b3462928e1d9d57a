import { PRELOAD_ENV, PRELOAD_SYMBOL, type PreloadReport } from '../../protocol/preload';

/** A file of an SDK that instruments libraries. */
const SDK_FILE = /[\\/]@opentelemetry[\\/](?:sdk-|instrumentation|auto-instrumentations)/;
/** Libraries that are instrumented while they are loaded, and not any more afterwards. */
const LIBRARY_FILE =
  /[\\/]node_modules[\\/](express|koa|fastify|@hapi[\\/]hapi|@nestjs[\\/]core|pg|mysql2?|mongodb|mongoose|ioredis|@redis[\\/]client|graphql|amqplib|kafkajs|@grpc[\\/]grpc-js)[\\/]/;

/** What can be seen inside a running JavaScript program that bears on its spans. */
export interface ProgramFacts {
  readonly runtime: 'node' | 'deno' | 'bun';
  readonly version: string;
  readonly pid: number;
  /** The machine's name for itself, a container's its own; undefined where that cannot be asked. */
  readonly machine?: string;
  readonly upSeconds: number;
  /** Our preload has entered. */
  readonly preload: boolean;
  /** The session's own variables are there. */
  readonly endpoint: boolean;
  readonly nodeOptions: string;
  readonly bundledSdk: string;
  /** Node runs with its permission model. */
  readonly permissions: boolean;
  /** Variables that begin with OTEL_, without those that hold credentials. */
  readonly otel: Readonly<Record<string, string>>;
  /** Version of the OpenTelemetry API that holds the global slot. */
  readonly api?: string;
  /** Folders of the copies of the API that CommonJS has loaded. */
  readonly apiCopies: readonly string[];
  /** OpenTelemetry SDK packages that CommonJS has loaded. */
  readonly sdks: readonly string[];
  /** Class of the tracer provider that is registered. */
  readonly provider?: string;
  /** The main file is an ECMAScript module. */
  readonly esm: boolean;
  /** All there is of an OpenTelemetry API is of a version before 1.0, which has a slot of its own. */
  readonly ancientApi?: boolean;
  /** Libraries that CommonJS had loaded before the first file of an OpenTelemetry SDK. */
  readonly early: readonly string[];
  /** Loader hooks are asked for on the command line or in NODE_OPTIONS. */
  readonly loaderHooks: boolean;
  /** Where the program's own exporters send to. */
  readonly exporters: readonly string[];
  /** What the preload has seen. */
  readonly report?: PreloadReport;
}

/**
 * Evaluated in the program by its debugger; gives JSON. It reads only: no getter of the program's own is touched, nothing is loaded,
 * and no variable with a secret leaves the process.
 */
export const FACTS_EXPRESSION = `(() => {
  const { env, versions, execArgv, pid } = process;
  const slot = globalThis[Symbol.for('opentelemetry.js.api.1')];
  const builtin = process.getBuiltinModule && process.getBuiltinModule('module');
  const cache = (builtin || (process.mainModule && process.mainModule.constructor) || {})._cache || {};
  const found = (pattern) => [...new Set(Object.keys(cache).map((file) => (pattern.exec(file) || [])[1]).filter(Boolean))];
  const files = Object.keys(cache);
  const firstSdk = files.findIndex((file) => ${String(SDK_FILE)}.test(file));
  const early = files.slice(0, Math.max(0, firstSdk)).map((file) => (${String(LIBRARY_FILE)}.exec(file) || [])[1]).filter(Boolean);
  const hook = globalThis[Symbol.for('${PRELOAD_SYMBOL}')];
  const options = [env.NODE_OPTIONS || ''].concat(execArgv);
  const trace = slot && slot.trace;
  const provider = trace && (trace._delegate || trace);
  const { _activeSpanProcessor: active, _registeredSpanProcessors: registered } = provider || {};
  const processors = [].concat((active && active._spanProcessors) || active || [], registered || []);
  const urlOf = (exporter) => {
    for (let at = exporter, depth = 0; at && depth < 4; at = at._delegate || at._transport, depth++) {
      const url = typeof at.url === 'string' ? at.url : at._parameters && at._parameters.url;
      if (typeof url === 'string') return url;
    }
  };
  const exporters = [...new Set(processors.map((each) => each && urlOf(each._exporter)).filter(Boolean))];
  return JSON.stringify({
    runtime: versions.bun ? 'bun' : versions.deno ? 'deno' : 'node',
    version: versions.bun || versions.deno || versions.node,
    pid,
    machine: process.getBuiltinModule && process.getBuiltinModule('os').hostname(),
    upSeconds: Math.round(process.uptime()),
    preload: !!hook,
    report: hook && hook.report && hook.report(),
    endpoint: !!env.${PRELOAD_ENV.endpoint},
    nodeOptions: env.NODE_OPTIONS || '',
    bundledSdk: env.${PRELOAD_ENV.sdk} || '',
    permissions: options.some((option) => /--(experimental-)?(permission|policy)\\b/.test(option)),
    otel: Object.fromEntries(Object.entries(env).filter(([key]) => /^OTEL_/.test(key) && !/HEADERS|KEY|CERT|TOKEN/.test(key))),
    api: slot && slot.version,
    apiCopies: found(/^(.*[\\\\/]@opentelemetry[\\\\/]api)[\\\\/]build[\\\\/]/),
    sdks: found(/[\\\\/](@opentelemetry[\\\\/](?:sdk-node|sdk-trace-[a-z]+|auto-instrumentations-node|node|tracing))[\\\\/]/),
    provider: provider && provider.constructor && provider.constructor.name,
    esm: !process.mainModule && !!process.argv[1],
    ancientApi: !slot && !!globalThis[Symbol.for('opentelemetry.js.api.0')],
    early: [...new Set(early)],
    loaderHooks: options.some((option) => /--(import|loader|experimental-loader)\\b/.test(option)),
    exporters,
  });
})()`;

/** Undefined for what is no answer to {@link FACTS_EXPRESSION}. */
export function parseFacts(text: string): ProgramFacts | undefined {
  try {
    const facts = JSON.parse(text) as Partial<ProgramFacts>;
    return typeof facts.pid === 'number' &&
      [facts.apiCopies, facts.sdks, facts.early, facts.exporters].every(Array.isArray)
      ? (facts as ProgramFacts)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The number that a container gives its first process; here that is the system's own, which nobody debugs. */
const FIRST_PID = 1;

/** Whether it is a process of another machine, or of a container, whose numbers and names are its own. */
export function runsElsewhere({ pid, machine }: ProgramFacts, here: string): boolean {
  return pid === FIRST_PID || (machine !== undefined && machine !== here) || !isProcess(pid);
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
