import { PRELOAD_ENV, PRELOAD_SYMBOL } from '../../protocol/preload';

/** What can be seen inside a running JavaScript program that bears on its spans. */
export interface ProgramFacts {
  readonly runtime: 'node' | 'deno' | 'bun';
  readonly version: string;
  readonly pid: number;
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
  const trace = slot && slot.trace;
  const provider = trace && (trace._delegate || trace);
  return JSON.stringify({
    runtime: versions.bun ? 'bun' : versions.deno ? 'deno' : 'node',
    version: versions.bun || versions.deno || versions.node,
    pid,
    upSeconds: Math.round(process.uptime()),
    preload: !!globalThis[Symbol.for('${PRELOAD_SYMBOL}')],
    endpoint: !!env.${PRELOAD_ENV.endpoint},
    nodeOptions: env.NODE_OPTIONS || '',
    bundledSdk: env.${PRELOAD_ENV.sdk} || '',
    permissions: [env.NODE_OPTIONS || ''].concat(execArgv).some((option) => /--(experimental-)?(permission|policy)\\b/.test(option)),
    otel: Object.fromEntries(Object.entries(env).filter(([key]) => /^OTEL_/.test(key) && !/HEADERS|KEY|CERT|TOKEN/.test(key))),
    api: slot && slot.version,
    apiCopies: found(/^(.*[\\\\/]@opentelemetry[\\\\/]api)[\\\\/]build[\\\\/]/),
    sdks: found(/[\\\\/](@opentelemetry[\\\\/](?:sdk-node|sdk-trace-[a-z]+|auto-instrumentations-node|node|tracing))[\\\\/]/),
    provider: provider && provider.constructor && provider.constructor.name,
    esm: !process.mainModule && !!process.argv[1],
  });
})()`;

/** Undefined for what is no answer to {@link FACTS_EXPRESSION}. */
export function parseFacts(text: string): ProgramFacts | undefined {
  try {
    const facts = JSON.parse(text) as Partial<ProgramFacts>;
    return typeof facts.pid === 'number' && Array.isArray(facts.apiCopies) && Array.isArray(facts.sdks)
      ? (facts as ProgramFacts)
      : undefined;
  } catch {
    return undefined;
  }
}
