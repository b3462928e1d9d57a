import { ProtoWriter } from '../otlp/protoWriter';
import { NONE } from './byteInterner';
import type { Origin } from './appender';
import type { StoreParts } from './parts';
import { RowCursor } from './rowCursor';
import { ROW_BITS, ROW_MASK, Row, type Segment } from './segment';
import { writeSpan } from './spanMessage';
import { recordAt } from './traceTable';

const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
/** `resource` of ResourceSpans, `scope` of ScopeSpans. */
const HEAD = 1;
/** A request that has grown to so many bytes is one. */
const LARGEST_REQUEST = 1024 * 1024;

/** A request that would bring again what is held, as it was kept; into a journal, say. */
export interface HeldRequest {
  readonly request: Uint8Array;
  readonly origin: Origin;
}

/**
 * Spans that are held, as requests, in the order in which they came. What leaves meanwhile is passed over. Of a span everything is there
 * that can be read of it; what the store does not keep (schema URLs, flags of links) is not.
 */
export class HeldSpans {
  private readonly cursor: RowCursor;
  private readonly out = new ProtoWriter();
  private readonly until: number;
  private requests: HeldRequest[] = [];
  private origin: Origin | undefined;
  private runIndex = NONE;
  private segment: Segment | undefined;
  private context = NONE;
  private resource = 0;
  private scope = 0;
  private ended = false;

  /** Both as {@link positionOf}. */
  constructor(
    private readonly parts: StoreParts,
    from: number,
    until: number,
  ) {
    this.until = until;
    this.cursor = new RowCursor(
      parts.segments,
      (segment, at) => this.add(segment, at),
      () => this.endContext(),
    );
    this.cursor.segment = Math.floor(from / 2 ** ROW_BITS);
    this.cursor.row = from & ROW_MASK;
  }

  /** Empty requests of all runs, by which they are known in the order in which they began. */
  runs(): HeldRequest[] {
    const runs = [...this.parts.runs.runs].sort((a, b) => a.order - b.order);
    return runs.map(({ index }) => ({ request: new Uint8Array(0), origin: this.originOf(index, undefined, false) }));
  }

  /** Those of the next few hundred spans, perhaps none; undefined when all were given. */
  next(): HeldRequest[] | undefined {
    if (this.ended) return undefined;
    const isThrough = this.cursor.advance(0, () => 1);
    this.ended = isThrough || this.position >= this.until;
    this.endRequest();
    const { requests } = this;
    this.requests = [];
    return requests;
  }

  private get position(): number {
    return this.cursor.segment * 2 ** ROW_BITS + this.cursor.row;
  }

  private add(segment: Segment, at: number): void {
    const { traces } = this.parts;
    const trace = segment.words[at + Row.trace];
    if (segment.isReplaced(at) || !traces.isHeld(trace)) return;
    this.begin(segment, at);
    writeSpan(this.out, segment, at, traces.page(trace), recordAt(trace));
    if (this.out.length > LARGEST_REQUEST) this.endRequest();
  }

  /** The messages around a span: those of the one before where they are the same. */
  private begin(segment: Segment, at: number): void {
    const { runIndex, thread, resource, scope } = segment.context(at);
    const isLast = segment.isOpen(at) && !segment.mayEnd(at);
    const { origin } = this;
    if (!origin || this.runIndex !== runIndex || origin.thread !== thread || origin.last !== (isLast || undefined)) {
      this.endRequest();
      this.runIndex = runIndex;
      this.origin = this.originOf(runIndex, thread, isLast);
    }
    const context = segment.contextNumber(at);
    if (this.segment === segment && this.context === context) return;
    this.endContext();
    this.segment = segment;
    this.context = context;
    this.resource = this.out.beginMessage(RESOURCE_SPANS);
    this.head(segment, resource);
    this.scope = this.out.beginMessage(SCOPE_SPANS);
    this.head(segment, scope);
  }

  private head({ texts }: Segment, text: number): void {
    const bytes = texts.bytes.subarray(texts.starts[text], texts.starts[text + 1]);
    if (bytes.length > 0) this.out.bytes(HEAD, bytes);
  }

  private endContext(): void {
    if (this.context === NONE) return;
    this.out.endMessage(this.scope);
    this.out.endMessage(this.resource);
    this.segment = undefined;
    this.context = NONE;
  }

  private endRequest(): void {
    this.endContext();
    if (this.out.length > 0) this.requests.push({ request: this.out.finish(), origin: this.origin! });
  }

  private originOf(runIndex: number, thread: string | undefined, isLast: boolean): Origin {
    const { id, name, lastSeenMs } = this.parts.runs.runs[runIndex];
    return {
      run: id,
      runName: name,
      from: 'otlp',
      ...(thread !== undefined && { thread }),
      ...(isLast && { last: true }),
      receivedAt: lastSeenMs,
    };
  }
}

/** Where the next span will lie; what is held already lies before it. */
export function positionOf({ segments, writer }: StoreParts): number {
  return (segments.dropped + segments.inOrder.length - 1) * 2 ** ROW_BITS + writer.current.rows;
}
