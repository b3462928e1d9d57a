import type { Operation, OperationLocator } from '../model/operation';
import { attributeText } from '../model/attributeText';
import { STACK_KEY } from '../model/codeAttributes';
import type { SourceLocation } from '../model/sourceLocation';
import { SPAN_KINDS, STATUS_ERROR } from '../model/span';
import { WireReader } from '../otlp/wire/wireReader';
import { BoundedNames } from './boundedNames';
import { NONE } from './byteInterner';
import { mix } from './hashTable';
import type { LineRun } from './lineRun';
import type { PlacedLines } from './lineTable';
import { PairIndex } from './pairIndex';
import type { StoreParts } from './parts';
import { pausedNanos } from './pausedTime';
import type { Run } from './runTable';
import { RowCursor } from './rowCursor';
import { rowDuration } from './rowDuration';
import { scopeName } from './scopeName';
import { CONTEXT_MASK, KIND_SHIFT, Row, type Segment, type SpanContext } from './segment';
import { isVisible } from './siteSpans';
import { resourceAttributes, rowAttributes } from './spanReader';
import { nameOf } from './rowName';
import { recordAt } from './traceTable';

/** Operations whose place is looked for; a sender that makes more puts ids into its names. */
const MAX_OPERATIONS = 20_000;
const MAX_CONTEXTS = 10_000;
/** Of the names and stacks of operations, and as many of their contexts': senders choose how long they are. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** Statistics of operations that are kept; one takes about a kilobyte. */
const MAX_LINE_RUNS = 20_000;
/** Entries of the cache from a row's name and context to its operation; a power of two. */
const CACHED = 1 << 12;
const KIND_BITS = 3;
const NO_OPERATION = -1;
const SDK_LANGUAGE = 'telemetry.sdk.language';

/** An operation and what its spans took, wherever its place is. */
export interface PlacedOperation {
  readonly operation: Operation;
  /** Where its spans are made, as far as that is known. */
  location: SourceLocation | undefined;
  runs: LineRun[];
}

/**
 * Statistics of spans whose line they do not say themselves. Such a span is counted for its operation, a while after it came, and
 * where that operation is made is asked apart: when the answer changes, all that was counted moves with it.
 */
export class OperationLines implements PlacedLines {
  private readonly operations: PlacedOperation[] = [];
  private readonly index = new PairIndex();
  private readonly contexts = new BoundedNames(MAX_CONTEXTS, '', MAX_CHARACTERS);
  private readonly contextNumbers = new WeakMap<SpanContext, number>();
  /** By number of {@link contexts}, less one. */
  private readonly facts: Omit<Operation, 'name' | 'kind'>[] = [];
  private characters = 0;
  private readonly languages = new Set<string>();
  private newLanguages: string[] = [];
  private changedPaths = new Set<string>();
  private lineRunsMade = 0;
  /** What follows is void in another segment. */
  private readonly cachedStates = new Int32Array(CACHED);
  private readonly cachedNames = new Int32Array(CACHED);
  private readonly cachedOperations = new Int32Array(CACHED);
  private readonly cursor: RowCursor;
  /** Of the locator, when {@link relocated} was last set back; and how many operations have its answer since. */
  private generation = 0;
  private relocated = 0;

  constructor(
    private readonly parts: StoreParts,
    private readonly locator: OperationLocator,
  ) {
    this.generation = locator.generation;
    this.cursor = new RowCursor(
      parts.segments,
      (segment, at) => this.look(segment, at),
      () => this.cachedOperations.fill(0),
    );
  }

  /**
   * Looks at the rows that came since the last call, and at all of them when an operation's place was found. Gives false when `clock`
   * says `until` before it is through; the next call goes on.
   */
  advance(until: number, clock: () => number): boolean {
    return this.relocate(until, clock) && this.cursor.advance(until, clock);
  }

  /** Languages of programs whose spans do not say their lines, that were not told before. */
  takeNewLanguages(): string[] {
    const taken = this.newLanguages;
    this.newLanguages = [];
    return taken;
  }

  /** Files whose lines changed since the last call. */
  takeChangedPaths(): Iterable<string> {
    const taken = this.changedPaths;
    this.changedPaths = new Set();
    return taken;
  }

  /** Files in which operations are made that were counted. */
  *paths(): Generator<string> {
    for (const { location, runs } of this.operations) if (location && runs.length > 0) yield location.path;
  }

  /** What was counted for the lines of a file. */
  *runsIn(path: string): Generator<{ readonly line: number; readonly runs: readonly LineRun[] }> {
    for (const { location, runs } of this.operations) {
      if (location?.path !== path) continue;
      // What was counted may all have been taken back.
      const counted = runs.filter(({ sketch }) => sketch.count > 0);
      if (counted.length > 0) yield { line: location.line, runs: counted };
    }
  }

  /** Asks the locator anew when its answers changed. A place that was found anew is one that rows were passed over for. */
  private relocate(until: number, clock: () => number): boolean {
    const { locator, operations } = this;
    if (this.generation !== locator.generation) {
      this.generation = locator.generation;
      this.relocated = 0;
    }
    while (this.relocated < operations.length) {
      const placed = operations[this.relocated++];
      const location = locator.locate(placed.operation);
      if (location && !placed.location && placed.runs.length === 0) this.cursor.startAnew();
      this.move(placed, location);
      if (clock() >= until) return false;
    }
    return true;
  }

  private move(placed: PlacedOperation, location: SourceLocation | undefined): void {
    const before = placed.location;
    placed.location = location;
    if (placed.runs.length === 0) return;
    if (before) this.changedPaths.add(before.path);
    if (location) this.changedPaths.add(location.path);
  }

  private look(segment: Segment, at: number): void {
    const { words } = segment;
    if (words[at + Row.site] !== 0 || segment.isOpen(at)) return;
    const number = this.operationAt(segment, at);
    if (number === NO_OPERATION) return;
    const placed = this.operations[number];
    if (placed.location !== undefined && isVisible(this.parts, segment, at)) this.count(placed, segment, at);
  }

  private operationAt(segment: Segment, at: number): number {
    const { words } = segment;
    const state = words[at + Row.state] & (CONTEXT_MASK | (((1 << KIND_BITS) - 1) << KIND_SHIFT));
    const name = words[at + Row.name];
    const entry = mix(state, name, 0) & (CACHED - 1);
    if (this.cachedNames[entry] !== name || this.cachedStates[entry] !== state || this.cachedOperations[entry] === 0) {
      this.cachedNames[entry] = name;
      this.cachedStates[entry] = state;
      this.cachedOperations[entry] = this.findOperation(segment, at) + 2;
    }
    return this.cachedOperations[entry] - 2;
  }

  private findOperation(segment: Segment, at: number): number {
    const context = this.contextNumber(segment, segment.context(at));
    if (context === NO_OPERATION) return NO_OPERATION;
    const kind = segment.kind(at);
    const name = nameOf(segment, at);
    const [a, b] = [(context << KIND_BITS) | kind, this.parts.spanNames.intern(name)];
    const known = this.index.find(a, b);
    if (known !== NONE) return known;
    if (this.operations.length >= MAX_OPERATIONS || this.characters >= MAX_CHARACTERS) return NO_OPERATION;
    const stack = stackOf(segment, at);
    this.characters += name.length + (stack?.length ?? 0);
    const operation = {
      ...this.facts[context],
      name,
      kind: SPAN_KINDS[kind] ?? ('unspecified' as const),
      ...(stack !== undefined && { stack }),
    };
    this.operations.push({ operation, location: this.locator.locate(operation), runs: [] });
    if (this.relocated === this.operations.length - 1) this.relocated++;
    return this.index.add(a, b);
  }

  private contextNumber(segment: Segment, context: SpanContext): number {
    const known = this.contextNumbers.get(context);
    if (known !== undefined) return known;
    const { service } = context;
    const attribute = resourceAttributes(segment, context).find(({ key }) => key === SDK_LANGUAGE);
    const language = attribute ? attributeText(attribute.value) : '';
    const scope = scopeOf(segment, context);
    const number = this.contexts.intern(`${service}\n${scope}\n${language}`) - 1;
    if (number === this.facts.length) {
      this.facts.push({ service, scope, language });
      if (!this.languages.has(language)) this.newLanguages.push(language);
      this.languages.add(language);
    }
    const given = number < 0 ? NO_OPERATION : number;
    this.contextNumbers.set(context, given);
    return given;
  }

  private count(placed: PlacedOperation, segment: Segment, at: number): void {
    const { parts } = this;
    const { words } = segment;
    const context = segment.context(at);
    const run = parts.runs.runs[context.runIndex];
    const lineRun = this.lineRun(placed, run);
    if (lineRun === undefined) return;
    const trace = words[at + Row.trace];
    const span = spanWords(parts, segment, at);
    const paused = parts.pauses.isEmpty ? 0 : pausedNanos(parts, trace, context, span);
    const duration = Math.max(0, rowDuration(segment, at) - paused);
    lineRun.countName(this.parts.spanNames.intern(placed.operation.name));
    lineRun.countService(context.serviceIndex);
    lineRun.sketch.record(duration);
    if (segment.status(at) === STATUS_ERROR) lineRun.errors++;
    if (paused > 0) lineRun.paused++;
    lineRun.setLatest(span, duration, paused);
    words[at + Row.site] = lineRun.number + 1;
    if (placed.location) this.changedPaths.add(placed.location.path);
  }

  private lineRun(placed: PlacedOperation, run: Run): LineRun | undefined {
    const known = placed.runs.find((each) => each.run === run);
    if (known) return known;
    if (this.lineRunsMade >= MAX_LINE_RUNS) return undefined;
    this.lineRunsMade++;
    const made = this.parts.lines.newPlacedRun(placed, run);
    placed.runs.push(made);
    const ofConfiguration = placed.runs.filter((each) => each.run.name === run.name);
    if (ofConfiguration.length > 2) {
      const oldest = ofConfiguration.reduce((a, b) => (a.run.order < b.run.order ? a : b));
      placed.runs = placed.runs.filter((each) => each !== oldest);
      this.parts.lines.drop(oldest);
      this.lineRunsMade--;
    }
    return made;
  }
}

/** Looked for in the first span of an operation alone. */
function stackOf(segment: Segment, at: number): string | undefined {
  const found = rowAttributes(segment, at).find(({ key }) => key === STACK_KEY);
  return found && attributeText(found.value);
}

function spanWords({ traces }: StoreParts, { words }: Segment, at: number) {
  const trace = words[at + Row.trace];
  const page = traces.page(trace);
  const record = recordAt(trace);
  return {
    trace0: page[record],
    trace1: page[record + 1],
    trace2: page[record + 2],
    trace3: page[record + 3],
    span0: words[at + Row.span0],
    span1: words[at + Row.span1],
    startHigh: words[at + Row.startHigh],
    startLow: words[at + Row.startLow],
    endHigh: words[at + Row.endHigh],
    endLow: words[at + Row.endLow],
  };
}

function scopeOf({ texts }: Segment, { scope }: SpanContext): string {
  const reader = new WireReader();
  reader.open(texts.bytes);
  return scopeName(reader, texts.starts[scope], texts.starts[scope + 1]);
}
