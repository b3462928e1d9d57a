import type { ExpectedSpan } from '../check';

/** One program started in one way. Paths are relative to the program's folder. */
export interface Cell {
  readonly name: string;
  /** Part of `npm test`. */
  readonly quick?: boolean;
  /** Folder of test/fixtures/programs. */
  readonly program: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly nodeOptions?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It is entered while it runs: it says "ready", and works when it reads a line. */
  readonly attach?: boolean;
  /** Builds what `args` name; `node` is the one that the cell runs under. */
  readonly prepare?: (folder: string, node: string) => Promise<void>;
  /** Sources with the marks: files, or folders. */
  readonly sources: readonly string[];
  /** Manual spans that are not made exactly once. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly automatic?: readonly ExpectedSpan[];
  /** Spans that must arrive as open. */
  readonly open?: readonly string[];
  /** `service.name` of all spans. */
  readonly service?: string;
  /** The program exports on its own: see Expectation. */
  readonly backend?: boolean;
  /** What it prints differs from run to run in its numbers. */
  readonly printsTimes?: boolean;
  /** Oldest Node that the program itself runs on, as major and minor. */
  readonly needsNode?: readonly [number, number];
  /** A program of the machine that it starts; without it the cell is left out. */
  readonly needsProgram?: string;
}

/** OTLP's span kinds. */
export const INTERNAL = 1;
export const SERVER = 2;
export const CLIENT = 3;
export const PRODUCER = 4;
export const CONSUMER = 5;

/** From there on ES modules of packages can be followed. */
export const MODULE_HOOKS = [22, 15] as const;

const FETCH: ExpectedSpan = { name: /^GET/, scope: 'instrumentation-undici', kind: CLIENT, site: 'fetch' };

/**
 * What the story's two requests make where `http` and fetch are instrumented. `requests` reach its servers, whose spans stand on
 * `server`'s mark where our own SDK saw the server being made.
 */
export function requestSpans(requests = 2, server: string | null = null): ExpectedSpan[] {
  return [
    { name: /^GET/, scope: 'instrumentation-http', kind: CLIENT, site: 'http' },
    { name: /^GET/, scope: 'instrumentation-http', kind: SERVER, site: server, count: requests },
    FETCH,
  ];
}

/** ES modules import `node:http` before anything could patch it without loader hooks. */
export const FETCH_ONLY: readonly ExpectedSpan[] = [FETCH];

type StoryCell = Pick<Cell, 'name' | 'program'> & Partial<Cell>;

/** A program that runs the story, in the module system of its main file. Its handler serves two requests. */
export function story(main: string, cell: StoryCell): Cell {
  const sources = [main.endsWith('.mjs') ? 'story.mjs' : 'story.cjs'];
  return { args: [main], sources, counts: { 'm11-in-handler': 2 }, ...cell };
}
