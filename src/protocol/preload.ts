/**
 * The contract between the debuggee's preload and the engine. Only this file is shared: the preload must stay tiny and must
 * parse on old versions of Node.
 *
 * How the preload gets into a program (done by `src/host/debug`):
 * - Copy the whole folder `dist/preload` to a path without the extension's version in it and never delete it while a terminal
 *   may still name it: a missing file breaks every node process, npm included.
 * - Put `--require <folder>/preload.cjs` in front of the NODE_OPTIONS that the program would have had (launch.json's `env`
 *   over its `envFile` over the editor's own), separated by a space; leave it alone when it is there already.
 * - Quoting: Node splits NODE_OPTIONS at spaces outside double quotes and, inside them, takes a backslash as an escape. So a
 *   path is written with forward slashes on Windows, and with quotes only where it holds a space, a quote or a backslash
 *   (`\` as `\\`, `"` as `\"`): tools that take NODE_OPTIONS apart themselves trip over quotes that are not needed.
 *   An unbalanced quote in what was there before would swallow ours: ours goes first.
 * - Set the variables of {@link PRELOAD_ENV}. Children inherit all of it, which is wanted.
 */

/** Environment variables that the extension sets for a debuggee. */
export const PRELOAD_ENV = {
  /** Base URL of the session's private port, `http://127.0.0.1:<port>`. Unset: the preload does nothing. */
  endpoint: 'SPANLINE_ENDPOINT',
  /** The run that every span belongs to. */
  run: 'SPANLINE_RUN',
  /** Existing folder for what could not be sent before a process ended. */
  spool: 'SPANLINE_SPOOL',
  /** `auto` (default): bundled SDK where the program has none; `off`: never; `on`: always until an SDK registers. */
  sdk: 'SPANLINE_SDK',
  /** `1`: the preload tells on stderr what it does. */
  debug: 'SPANLINE_DEBUG',
  /** `1`, while the preload is loaded into a program that runs already: what it missed is looked for. Never inherited. */
  late: 'SPANLINE_LATE',
  /** Files that NODE_OPTIONS required besides ours, as JSON, where those could not be handed on: we load them. */
  others: 'SPANLINE_REQUIRE',
} as const;

/**
 * Route on the session's port for a JSON array of {@link PreloadBatch}: POST over HTTP/1.1, kept alive, one request at a time for
 * each thread of each process. Any 2xx takes the batches; 4xx drops them; anything else, or no answer in five seconds, has them sent
 * again. The answer needs a Content-Length (Node's `response.end(text)` sets it).
 */
export const PRELOAD_ROUTE = '/spanline/v1/spans';

/** Header with the run's id. For another run than the port's, and for one that is over, the answer is 409: nothing is recorded any more. */
export const RUN_HEADER = 'x-spanline-run';

/**
 * File extension of spool files: lines of one JSON {@link PreloadBatch} each, put in place by renaming. They appear whenever a
 * process of the run ends, not only at the end of the debug session; the reader deletes them.
 */
export const SPOOL_EXTENSION = '.spanline.json';

/**
 * Folder in the spool, made by whoever makes the spool, in which every thread of every process keeps a journal of what the engine may
 * not have: a file `<pid>-<thread>-<number>` with {@link SPOOL_EXTENSION}, in lines as in the spool. A process that ends moves it
 * into the spool; of one that is killed it stays here, perhaps with half a line at its end. Batches in it may have been sent.
 */
export const JOURNAL_FOLDER = 'live';

/**
 * Beside each file of the preload, what V8 made of it: `<file>.<stamp of its text>.<version of Node>-<processor>` and this. Programs
 * write them; they may be deleted at any time.
 */
export const CODE_CACHE_EXTENSION = '.cache';

/** `globalThis[Symbol.for(PRELOAD_SYMBOL)]` in the debuggee: a {@link PreloadHook}, for the debugger to evaluate. */
export const PRELOAD_SYMBOL = 'spanline.preload';

export interface PreloadHook {
  /**
   * A JSON array of {@link PreloadBatch}: what the engine has not acknowledged, and the open spans. Changes nothing: ended spans
   * of the last element come again, in another batch, once the program runs on.
   */
  snapshot(): string;
  /** What the preload has seen so far; loads nothing. Undefined in preloads of older versions. */
  report?(): PreloadReport;
  /** From now on what the program makes goes there, whoever had it before. Undefined in preloads of older versions. */
  connect?(target: PreloadTarget): void;
}

/** For whoever asks why no spans arrive. */
export interface PreloadReport {
  /** Spans that ended. */
  readonly ended: number;
  /** Spans under way. */
  readonly open: number;
  /** Of all spans those that the program's sampler turned down: they are recorded here, its own backend has none of them. */
  readonly unsampled: number;
  /** The last request to the engine failed. */
  readonly failing: boolean;
  readonly endpoint: string;
  /** Code or message of what kept a later file of ours from being loaded: nothing is recorded then. */
  readonly fault?: string;
}

/** Where a preload sends to: what {@link PRELOAD_ENV} says at the start of a program. */
export interface PreloadTarget {
  readonly endpoint: string;
  readonly run: string;
  readonly spool: string;
}

/** One frame of the stack at `startSpan`, in generated code: [file path or URL, line (1-based), column (1-based), function]. */
export type CallFrame = readonly [file: string, line: number, column: number, functionName: string];

/** A source map that exists only in the debuggee's memory (tsx, ts-node, …). */
export interface MemorySourceMap {
  /** The generated file, as its frames name it. */
  readonly file: string;
  /** The map's JSON text. */
  readonly map: string;
}

/**
 * What the preload sends: an OTLP/JSON trace request whose spans may name a call site by its index in `sites`. User frames only,
 * innermost first, at most four a site.
 */
export interface PreloadBatch {
  /**
   * Names the batch: process, thread, number. What was sent but not acknowledged when the process ended is found in the spool
   * once more under the same id, with the same content.
   */
  readonly id: string;
  readonly pid: number;
  /** Worker thread; 0 is the main thread. */
  readonly thread: number;
  readonly resourceSpans: readonly unknown[];
  readonly sites: readonly (readonly CallFrame[])[];
  /** Each map is sent once per thread, with or before the first site that needs it. */
  readonly maps: readonly MemorySourceMap[];
  /**
   * Only in journals: the resource of these spans is not complete yet, and they come again when it is, unless the process is killed
   * before.
   */
  readonly provisional?: boolean;
  /** Spans lost since the batch before, because the engine did not answer and the buffer was full. */
  readonly dropped: number;
  /**
   * Spans that had not ended, in the shape of `resourceSpans` but with `endTimeUnixNano` "0". All of them in a snapshot and in the
   * last batch of a process or worker; else those that were under way for a while and were not told of yet.
   */
  readonly open?: readonly unknown[];
  /** Spans told of in `open` before, in its shape: nothing in the program holds them any more, so that they will never end. */
  readonly unended?: readonly unknown[];
  /** Worker threads of the process that have ended since the batch before, whether or not they told so themselves. */
  readonly gone?: readonly number[];
  /** In the last batch of a process or worker, which comes also without spans. */
  readonly exitCode?: number;
}

/**
 * Everywhere a batch may come in parts, which have its id and follow each other, with other batches between them perhaps: `sites` and
 * `maps` are those that the parts before lack, and in spans' groups a resource that was there already is this number
 * instead: its place among all that the batch has named, in the order of its parts, `resourceSpans` before `open` before `unended`.
 */
export const RESOURCE_MEMBER = 'spanlineResource';

/** Non-standard member of a span in a {@link PreloadBatch}: index into `sites`. */
export const SITE_MEMBER = 'spanlineSite';

/**
 * Non-standard member of a span, `true` where the site is that of earlier spans of the same tracer and name: above some hundred
 * spans a second not every stack is taken.
 */
export const INFERRED_MEMBER = 'spanlineSiteInferred';

/**
 * Non-standard member of a server span, `true` where the site is the line that set up what answers the request: its route's
 * registration, or the making of the server. No stack leads from a socket to the user's code.
 */
export const ROUTE_MEMBER = 'spanlineSiteRoute';
/** Its value where the site is that of the server, though the span names a route: nobody saw where that was registered. */
export const SERVER_ALONE = 'server';
