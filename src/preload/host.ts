import type * as FileSystem from 'fs';

/**
 * What the stages of the preload hand to each other. `main.ts` (stage 0) is loaded into every process; `capture/main.ts` when a
 * tracer provider appears; `sdk/main.ts` at once, but only in programs that have no SDK.
 */
import type { PreloadReport, PreloadTarget } from '../protocol/preload';
import type { PackageFile } from './stage0/packageFile';

/**
 * Things of the first stage, taken before the program could replace them (fake timers, patched functions), so that what we do
 * stays unseen by the program and by its own instrumentation.
 */
export interface Host {
  readonly settings: HostSettings;
  /** Id of the worker thread; 0 in the main thread. */
  readonly thread: number;
  /** Folder of our own files, with a separator at its end: their frames are never the user's. */
  readonly home: string;
  readonly timers: Pick<typeof globalThis, 'setTimeout' | 'clearTimeout' | 'setImmediate' | 'queueMicrotask'>;
  readonly files: Pick<
    typeof FileSystem,
    'openSync' | 'writeSync' | 'fsyncSync' | 'ftruncateSync' | 'closeSync' | 'renameSync' | 'writeFileSync'
  >;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Calls `run` outside every async context, so that no store of the program lives on in our timers and sockets. */
  readonly outsideContext: <T>(run: () => T) => T;
  /** Writes to stderr when SPANLINE_DEBUG is set; else the message is never made. */
  readonly debug: (message: () => string) => void;
  /** `data:` URLs of source maps by the file that was compiled with them, for files outside node_modules. */
  readonly inlineMaps: ReadonlyMap<string, string>;
  readonly compiled: CompiledFiles;
  /** Only of the packages that are followed; never where Node has no hooks for them. */
  readonly esModules: EsModules;
  /** Told of each further global object that the program's code runs with, by test runners. */
  readonly onGlobal: ((global: object) => void)[];
}

export interface HostSettings {
  readonly endpoint: string;
  readonly run: string | undefined;
  readonly spool: string | undefined;
  /** The process may be killed any moment: what ends goes to the spool in the same turn, and is sent as well. */
  readonly eager: boolean;
}

/** The CommonJS files in node_modules folders, to be told of by those who name the packages. */
export interface CompiledFiles {
  before(packages: readonly string[], listener: (file: PackageFile) => void): void;
  /** The listener may answer the exports that the file shall have instead. */
  after(packages: readonly string[], listener: (file: PackageFile, exports: unknown) => unknown): void;
}

/** Told of an ES module in a node_modules folder when it has been evaluated, with what it exports that we follow. May answer what it shall export instead. */
export type ModuleListener = (file: PackageFile, exports: Readonly<Record<string, unknown>>) => unknown;

export interface EsModules {
  /** From now on, and of those that were evaluated before. */
  follow(listener: ModuleListener): void;
}

/** What the second stage does for the others. */
export interface Capture {
  /** Records what the provider's tracers make from now on. Idempotent. */
  adopt(provider: unknown): void;
  /** The same for a `Tracer` class, of a provider that may never be registered. */
  adoptTracerClass(tracerClass: unknown): void;
  /** The stack below the caller of `below`, to be handed back in {@link handledBy}. */
  takeStack(below: (...args: never[]) => unknown): object;
  /** A server span's request is answered by what was set up at `stack`, unless its route says more. */
  handledBy(span: object, stack: object): void;
  /** Told of every provider adopted. */
  onAdopted: ((provider: object) => void) | undefined;
  /** Told, in the request's own context, of the route by which a handler answers, where no instrumentation tells it. */
  onRoute: ((route: string) => void) | undefined;
  /** See PreloadHook. */
  snapshot(): string;
  report(): PreloadReport;
  /** See PreloadHook. */
  connect(target: PreloadTarget): void;
}

/** Exports of `capture.cjs`. */
export interface CaptureModule {
  startCapture(host: Host): Capture;
}

/** What the first stage leaves to the bundled SDK: the API's slot is the SDK's to watch then. */
export interface SdkSeat {
  /** The service's name unless OTEL_SERVICE_NAME says otherwise. */
  readonly serviceName: string;
  /** Adopts what the program registers as `trace`. */
  readonly onTrace: (trace: unknown) => void;
}

/** Exports of `sdk.cjs`. */
export interface SdkModule {
  startSdk(host: Host, capture: Capture, seat: SdkSeat): void;
}
