import { AsyncResource } from 'async_hooks';
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'fs';
import { sep } from 'path';
import { PRELOAD_ENV, PRELOAD_SYMBOL, type PreloadHook } from '../../protocol/preload';
import type { Capture, CaptureModule, EsModules, Host, HostSettings, SdkModule } from '../host';
import { API_SLOT, watchApiSlot, watchProvider } from './apiSlot';
import { ListenersByPackage } from './compiledFiles';
import { hookCompilation, replayCompilation } from './compileHook';
import { followEsModules } from './esModules';
import { isLoaderThread, isWorker, mainScript, workerThreads } from './guards';
import { keepOneRequire, leftOutRequires } from './nextOptions';
import { loadPart } from './parts';
import { NOTHING_KNOWN, type ProgramFacts, programFacts } from './sdkChoice';
import { carryVariables, unpackVariables } from './strictTools';
import { testProcess, type TestProcess } from './testProcess';
import { isToolScript } from './tools';
import { hookAsyncFunctions, hookVm } from './vmHook';

/** They define an SDK's `Tracer` class, which is wanted for providers that are never registered. */
const TRACER_PACKAGES = ['sdk-trace', 'sdk-trace-base', 'tracing'].map((name) => '@opentelemetry/' + name);
const TRACER_FILE = '/Tracer.js';

/** Key of the environment data by which a main thread tells its workers that it brought the bundled SDK along. */
const SDK_FOR_WORKERS = 'spanline.sdk';

/** `folder` holds the preload's files. */
export function enter(folder: string): void {
  unpackVariables(process.env);
  for (const file of leftOutRequires(process.env)) module.require(file);
  const hookName = Symbol.for(PRELOAD_SYMBOL);
  if (!process.env[PRELOAD_ENV.endpoint] || hookName in globalThis || isLoaderThread()) return;
  const script = mainScript();
  carryVariables(script, process.env);
  keepOneRequire(script, folder + sep + 'preload.cjs', process.env);
  if (script !== undefined && isToolScript(script)) return;

  const tests = testProcess(script, process.env);
  const inlineMaps = new Map<string, string>();
  const facts = factsOf(script, tests !== undefined);
  const esModules = facts.usesFollowedModules ? followEsModules() : NO_MODULES;
  const compiled = new ListenersByPackage();
  const host = createHost(readSettings(tests), folder + sep, { inlineMaps, compiled, esModules });
  let started: Capture | undefined;
  let fault: string | undefined;
  const load = <M>(file: string): M => {
    try {
      return loadPart<M>(host, file);
    } catch (error) {
      fault = (error as NodeJS.ErrnoException).code || String(error);
      throw error;
    }
  };
  const capture = () => started || (started = load<CaptureModule>('capture.cjs').startCapture(host));
  const hook: PreloadHook = {
    snapshot: () => capture().snapshot(),
    report: () =>
      started
        ? started.report()
        : { ended: 0, open: 0, unsampled: 0, failing: false, endpoint: host.settings.endpoint, fault },
    connect: (target) => capture().connect(target),
  };
  Object.defineProperty(globalThis, hookName, { value: hook, configurable: true });

  hookCompilation(inlineMaps, compiled);
  if (tests && tests.sandbox) hookVm(inlineMaps, (global) => host.onGlobal.forEach((listener) => listener(global)));
  compiled.after(TRACER_PACKAGES, ({ path }, exports) => {
    if (path.slice(-TRACER_FILE.length) === TRACER_FILE)
      capture().adoptTracerClass((exports as { Tracer?: unknown }).Tracer);
  });
  const onTrace = (trace: unknown) => watchProvider(trace, (provider) => capture().adopt(provider));
  const isLate = process.env[PRELOAD_ENV.late] === '1';
  if (facts.usesVite) hookAsyncFunctions(inlineMaps);
  const serviceName = isLate && hasProvider() ? undefined : nameForBundledSdk(script, tests !== undefined, facts);
  if (serviceName === undefined) {
    watchApiSlot(globalThis, onTrace);
    host.onGlobal.push((global) => watchApiSlot(global, onTrace));
  } else {
    if (!isWorker()) workerThreads().setEnvironmentData(SDK_FOR_WORKERS, serviceName);
    load<SdkModule>('sdk.cjs').startSdk(host, capture(), { serviceName, onTrace });
  }
  if (isLate) replayCompilation(compiled);
}

/** Whether the program has registered a tracer provider already. */
function hasProvider(): boolean {
  const api = (globalThis as Record<symbol, { readonly trace?: unknown } | undefined>)[API_SLOT];
  return api !== undefined && api.trace !== undefined;
}

function readSettings(tests: TestProcess | undefined): HostSettings {
  const env = process.env;
  return {
    endpoint: env[PRELOAD_ENV.endpoint] || '',
    run: env[PRELOAD_ENV.run],
    spool: env[PRELOAD_ENV.spool],
    eager: tests !== undefined && tests.sandbox,
  };
}

const NO_MODULES: EsModules = { follow() {} };

function createHost(
  settings: HostSettings,
  home: string,
  followed: Pick<Host, 'inlineMaps' | 'compiled' | 'esModules'>,
): Host {
  const { setTimeout, clearTimeout, setImmediate, queueMicrotask } = globalThis;
  const outside = new AsyncResource('Spanline');
  return {
    settings,
    thread: isWorker() ? workerThreads().threadId : 0,
    home,
    timers: { setTimeout, clearTimeout, setImmediate, queueMicrotask },
    files: { openSync, writeSync, fsyncSync, ftruncateSync, closeSync, renameSync, writeFileSync },
    now: clock(process.hrtime),
    outsideContext: (run) => outside.runInAsyncScope(run),
    debug: debugLog(),
    inlineMaps: followed.inlineMaps,
    compiled: followed.compiled,
    esModules: followed.esModules,
    onGlobal: [],
  };
}

/** Not `performance.now`, which would have Node load what many programs never need. */
function clock(hrtime: () => readonly [seconds: number, nanos: number]): () => number {
  return () => {
    const time = hrtime();
    return time[0] * 1e3 + time[1] / 1e6;
  };
}

function debugLog(): Host['debug'] {
  if (process.env[PRELOAD_ENV.debug] !== '1') return () => {};
  const write = (process as unknown as { _rawDebug: (text: string) => void })._rawDebug;
  return (message) => write(`[spanline ${process.pid}] ${message()}`);
}

/**
 * The service's name where the program gets the bundled SDK; undefined where it does not. Tests seldom start the SDK that their
 * program has.
 */
function nameForBundledSdk(script: string | undefined, isTest: boolean, facts: ProgramFacts): string | undefined {
  const mode = process.env[PRELOAD_ENV.sdk] || 'auto';
  if (mode === 'off') return undefined;
  if (isWorker()) {
    const fromMain = workerThreads().getEnvironmentData(SDK_FOR_WORKERS) as string | undefined;
    if (fromMain !== undefined || !isTest) return fromMain;
  }
  const wanted = mode === 'on' || isTest;
  if (script === undefined && !wanted) return undefined; // a one-liner or the prompt
  return wanted || !facts.hasSdk ? facts.serviceName : undefined;
}

/** Of a one-liner or the prompt nothing is looked up, unless it is to have the bundled SDK all the same. */
function factsOf(script: string | undefined, isTest: boolean): ProgramFacts {
  if (script === undefined && !isTest && process.env[PRELOAD_ENV.sdk] !== 'on') return NOTHING_KNOWN;
  const options = [process.env.NODE_OPTIONS || ''].concat(process.execArgv).join(' ');
  return programFacts(script, process.cwd(), options, readText);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
