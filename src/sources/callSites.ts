import type { Log } from '../base/log';
import { pathKey } from '../base/paths';
import { CODE_KEYS, CODE_ROLES, CONFIDENCE_KEY, REASON_KEY, ROUTE_REASON } from '../model/codeAttributes';
import type { SourceLocation } from '../model/sourceLocation';
import {
  INFERRED_MEMBER,
  ROUTE_MEMBER,
  SERVER_ALONE,
  SITE_MEMBER,
  type CallFrame,
  type PreloadBatch,
} from '../protocol/preload';
import { decoratorLine } from './decoratorLines';
import { localFiles, type FileAccess } from './fileAccess';
import { MemoryMaps } from './memoryMaps';
import { isBundledModule, isVendorPath, originalFile, type OriginalFile } from './originalPath';
import { SourceMaps, type FileMap, type OriginalPosition } from './sourceMaps';

export const CALL_SITE_REASON = 'seen when the program started the span';
export const INFERRED_REASON = 'seen when earlier spans of this name were started';
export const SERVER_REASON = 'where the server was made: its route was registered unseen';

/** A source that was compiled while it was loaded; its frames name the source but may count the generated lines. */
const COMPILED_SOURCE = /\.(?:[cm]?ts|tsx|jsx|vue|svelte)$/i;
/** Whether and where sources exist is looked up again after so many milliseconds. */
const FRESH_MS = 5_000;

interface ResolvedFrame {
  /** Of the frame itself. */
  readonly file: string;
  readonly location: SourceLocation;
  /** Not a line of the user's. */
  readonly vendor: boolean;
  /** Code that no source made. */
  readonly glue?: boolean;
  /** A module that a bundler evaluates as text, without a map. */
  readonly unknown?: boolean;
}

type Certainty = Pick<SourceLocation, 'confidence' | 'reason'>;
type JsonObject = Record<string, unknown>;
interface JsonAttribute {
  readonly key: string;
  readonly value: JsonObject;
}

/**
 * Turns the call sites that the preload captured in generated code into lines of source, for the programs of one run.
 * Frames are resolved by the maps that a program sent along, else by those on disk.
 */
export class CallSites {
  private readonly memory: MemoryMaps;
  private readonly disk: SourceMaps;
  private readonly originals = new Map<string, OriginalFile>();
  private readonly decorators = new Map<string, OriginalPosition | undefined>();
  private originalsSince = 0;

  constructor(
    log: Log,
    private readonly files: FileAccess = localFiles,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.memory = new MemoryMaps(log);
    this.disk = new SourceMaps(files, log, now);
  }

  /** Keeps the maps of a batch; they are needed by later ones too. */
  learn({ pid, maps }: Pick<PreloadBatch, 'pid' | 'maps'>): void {
    for (const { file, map } of maps) this.memory.add(pid, file, map);
  }

  /**
   * Gives every span of the batch that has a site, and no location of its own, ordinary `code.*` attributes with their reason.
   * Changes the batch.
   */
  locate(batch: PreloadBatch): void {
    this.learn(batch);
    const attributesOf = new SiteAttributes(batch, (frames, here) => this.resolve(batch.pid, frames, here));
    for (const span of spansOf(batch)) {
      const site = span[SITE_MEMBER];
      if (typeof site !== 'number') continue;
      const own = objectsIn(span.attributes) as unknown as JsonAttribute[];
      const roles = new Set(own.map(({ key }) => CODE_ROLES.get(key)));
      if (roles.has('file') && roles.has('line')) continue;
      const found = attributesOf.get(site, originOf(span));
      span.attributes = [...own, ...found.filter(({ key }) => !(roles.has('function') && key === CODE_KEYS.function))];
    }
  }

  /**
   * The line of the first frame that is the user's own; undefined when none is. With `here`, only of the file that the first one of them
   * lies in: further out are those that loaded it.
   */
  resolve(pid: number, frames: readonly CallFrame[], here = false): SourceLocation | undefined {
    const resolved = frames.map((frame) => this.frame(pid, frame)).filter(({ vendor }) => !vendor);
    // Its lines are those of a text that nobody has, and further out is the bundle that evaluates it.
    if (resolved[0]?.unknown) return undefined;
    const found = resolved.find(({ glue }) => !glue) ?? resolved[0];
    return here && found?.file !== resolved[0]?.file ? undefined : found?.location;
  }

  private frame(pid: number, frame: CallFrame): ResolvedFrame {
    const [file, line, column, functionName] = frame;
    const path = pathKey(file);
    const map = this.memory.of(pid, file) ?? this.disk.of(path);
    const original = map.original(line, column) ?? this.decorator(path, map, line);
    const place = functionName === '' ? {} : { functionName };
    if (!original) {
      const location = { path, line, column, ...place, ...certaintyOf(path, map) };
      return { file, location, vendor: isVendorPath(path), glue: map.mapped, unknown: isBundledModule(file) };
    }
    const { path: source, exists } = this.originalFile(original.source, path);
    const certainty = certaintyOfOriginal(original, exists);
    const location = { path: source, line: original.line, column: original.column, ...place, ...certainty };
    return { file, location, vendor: original.ignored || isVendorPath(source) || isVendorPath(original.source) };
  }

  /** Of a line that its map says nothing of. */
  private decorator(path: string, map: FileMap, line: number): OriginalPosition | undefined {
    const { soleSource } = map;
    if (soleSource === undefined || COMPILED_SOURCE.test(path)) return undefined;
    this.forgetOld();
    const key = `${path}:${line}`;
    if (!this.decorators.has(key)) this.decorators.set(key, this.findDecorator(path, soleSource, line));
    return this.decorators.get(key);
  }

  private findDecorator(path: string, source: string, line: number): OriginalPosition | undefined {
    const linesOf = (file: string) => this.files.read(file)?.split('\n') ?? [];
    const original = linesOf(this.originalFile(source, path).path);
    const found = decoratorLine(linesOf(path), original, line - 1);
    if (found < 0) return undefined;
    return { source, line: found + 1, column: original[found].indexOf('@') + 1, ignored: false, byText: true };
  }

  private forgetOld(): void {
    if (this.now() - this.originalsSince <= FRESH_MS) return;
    this.originals.clear();
    this.decorators.clear();
    this.originalsSince = this.now();
  }

  private originalFile(source: string, generatedPath: string): OriginalFile {
    this.forgetOld();
    const key = `${generatedPath}\n${source}`;
    let found = this.originals.get(key);
    if (!found) this.originals.set(key, (found = originalFile(source, generatedPath, this.files)));
    return found;
  }
}

function certaintyOfOriginal({ byText }: OriginalPosition, exists: boolean): Certainty {
  if (byText)
    return { confidence: 'likely', reason: `${CALL_SITE_REASON}; line found by its text, for want of a source map` };
  if (exists) return { confidence: 'certain', reason: CALL_SITE_REASON };
  return { confidence: 'likely', reason: `${CALL_SITE_REASON}, in a file that is not on this machine` };
}

/** How sure a position is that no map has changed. */
function certaintyOf(path: string, map: FileMap): Certainty {
  if (map.missing !== undefined)
    return {
      confidence: 'possible',
      reason: `${CALL_SITE_REASON} in generated code: its source map ${map.missing} is missing`,
    };
  if (map.mapped) return { confidence: 'possible', reason: `${CALL_SITE_REASON} in generated code` };
  if (COMPILED_SOURCE.test(path)) return { confidence: 'likely', reason: `${CALL_SITE_REASON}, without a source map` };
  return { confidence: 'certain', reason: CALL_SITE_REASON };
}

/** How the preload came to know a span's site. */
type Origin = 'stack' | 'inferred' | 'route' | 'server';

function originOf(span: JsonObject): Origin {
  if (span[INFERRED_MEMBER] === true) return 'inferred';
  if (span[ROUTE_MEMBER] === SERVER_ALONE) return 'server';
  return span[ROUTE_MEMBER] === true ? 'route' : 'stack';
}

/** What is said of a location that the stack itself would make certain. */
const CERTAINTY: Record<Origin, Certainty> = {
  stack: { confidence: 'certain', reason: CALL_SITE_REASON },
  inferred: { confidence: 'likely', reason: INFERRED_REASON },
  route: { confidence: 'certain', reason: ROUTE_REASON },
  server: { confidence: 'possible', reason: SERVER_REASON },
};

/** Each site's attributes, made once a batch and origin. */
class SiteAttributes {
  private readonly made = new Map<string, readonly JsonAttribute[]>();

  constructor(
    private readonly batch: PreloadBatch,
    private readonly resolve: (frames: readonly CallFrame[], here: boolean) => SourceLocation | undefined,
  ) {}

  get(site: number, origin: Origin): readonly JsonAttribute[] {
    const key = `${origin} ${site}`;
    let attributes = this.made.get(key);
    if (!attributes) this.made.set(key, (attributes = this.make(site, origin)));
    return attributes;
  }

  private make(site: number, origin: Origin): JsonAttribute[] {
    const frames = this.batch.sites[site];
    const location = Array.isArray(frames) ? this.resolve(frames.filter(isFrame), origin === 'route') : undefined;
    if (!location) return [];
    return attributesOf(location.confidence === 'certain' ? { ...location, ...CERTAINTY[origin] } : location);
  }
}

/** A location as the attributes that the store reads it from: the reason first, which parts ours from the program's. */
function attributesOf({ path, line, column, functionName, confidence, reason }: SourceLocation): JsonAttribute[] {
  return [
    { key: REASON_KEY, value: { stringValue: reason } },
    ...(confidence === 'certain' ? [] : [{ key: CONFIDENCE_KEY, value: { stringValue: confidence } }]),
    { key: CODE_KEYS.file, value: { stringValue: path } },
    { key: CODE_KEYS.line, value: { intValue: line } },
    ...(column === undefined ? [] : [{ key: CODE_KEYS.column, value: { intValue: column } }]),
    ...(functionName === undefined ? [] : [{ key: CODE_KEYS.function, value: { stringValue: functionName } }]),
  ];
}

function isFrame(frame: unknown): frame is CallFrame {
  return (
    Array.isArray(frame) &&
    typeof frame[0] === 'string' &&
    typeof frame[1] === 'number' &&
    typeof frame[2] === 'number' &&
    typeof frame[3] === 'string'
  );
}

/** Every span object of the request, whatever else the batch holds: it comes out of a program. */
function* spansOf({ resourceSpans }: PreloadBatch): Generator<JsonObject> {
  for (const resource of objectsIn(resourceSpans)) {
    for (const scope of objectsIn(resource.scopeSpans)) yield* objectsIn(scope.spans);
  }
}

function objectsIn(list: unknown): JsonObject[] {
  if (!Array.isArray(list)) return [];
  return list.filter((entry): entry is JsonObject => typeof entry === 'object' && entry !== null);
}
