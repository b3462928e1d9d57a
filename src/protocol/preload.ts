/**
 * The contract between the debuggee's preload and the engine. Only this file is shared: the preload must stay tiny and must
 * parse on old versions of Node.
 */

/** Environment variables that the extension sets for a debuggee. */
export const PRELOAD_ENV = {
  /** Base URL of the session's private port. Unset: the preload does nothing. */
  endpoint: 'SPANLINE_ENDPOINT',
  /** The run that every span belongs to. */
  run: 'SPANLINE_RUN',
  /** Folder for a last batch that could not be sent. */
  spool: 'SPANLINE_SPOOL',
  /** `auto` (default): bundled SDK where the program has none; `off`: never; `on`: always until an SDK registers. */
  sdk: 'SPANLINE_SDK',
  /** `1`: the preload tells on stderr what it does. */
  debug: 'SPANLINE_DEBUG',
} as const;

/** Route on the session's port for {@link PreloadBatch} as JSON. Answers 200 with an empty object. */
export const PRELOAD_ROUTE = '/spanline/v1/spans';

/** Header with the run's id; the engine refuses a batch for another run than the port's. */
export const RUN_HEADER = 'x-spanline-run';

/** File extension of spool files: one JSON {@link PreloadBatch} each, written to `<name>.tmp` and renamed. */
export const SPOOL_EXTENSION = '.spanline.json';

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
  readonly resourceSpans: readonly unknown[];
  readonly sites: readonly (readonly CallFrame[])[];
  /** Each map is sent once per process, with or before the first site that needs it. */
  readonly maps: readonly MemorySourceMap[];
  readonly pid: number;
}

/** Non-standard member of a span in a {@link PreloadBatch}: index into `sites`. */
export const SITE_MEMBER = 'spanlineSite';
