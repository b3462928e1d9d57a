import type { RunId } from '../model/ids';
import type { RedactionMatch } from '../model/redaction';
import { textAt } from '../otlp/wire/attributes';
import { SCOPE_SPANS_SPAN } from '../otlp/wire/fields';
import { onlyKnown } from '../otlp/wire/onlyKnown';
import { readFrame, type SpanBlock } from '../otlp/wire/requestFrame';
import { NONE } from './byteInterner';
import { CopySearch, isOpen, MAX_SHARING } from './identity';
import { FORMS } from './keptForm';
import { KeptRequest, NO_MESSAGE } from './keptRequest';
import type { StoreParts } from './parts';
import { RejectionLog } from './rejectionLog';
import type { Run } from './runTable';
import { Row, ROW_BITS, rowAt, type Segment } from './segment';
import { parseSpan, ParsedSpan } from './spanParser';
import { type SpanPlace, SpanStatistics } from './spanStatistics';
import { addToTrace, replaceInTrace } from './traceUpdate';
import { LARGEST_VALUE } from './valueCut';

/** Where a request came from. */
export interface Origin {
  readonly run: RunId;
  /** Runs of the same name are compared with each other. */
  readonly runName: string;
  /** `preload`: our own copy of what the program exports, with call sites; `otlp`: from any exporter. */
  readonly from: 'preload' | 'otlp';
  /** `<pid>/<thread>` that made the spans, where that is known. */
  readonly thread?: string;
  /** What is open in this request will never end: its thread is gone, or nothing in it holds the spans any more. */
  readonly last?: boolean;
  /** A store held what it says of metrics, no sender sent it: it takes the place of what is there. */
  readonly held?: boolean;
  /** Milliseconds since 1970; now unless given, as it is by a journal. */
  readonly receivedAt?: number;
}

export interface AppendResult {
  /** Spans taken in. */
  readonly accepted: number;
  /** Spans that cannot be kept, for the reasons in `message`; the others of the request are. */
  readonly rejected: number;
  /** Spans that are held already: sent again, or by another exporter. A better copy took the place of the one held. */
  readonly duplicates: number;
  /** Spans, resources and scopes of which something was too long or too deep to be kept whole. */
  readonly cut?: number;
  /** The request as it was kept, where that is not as it came: with what was masked or cut, without what cannot be read. */
  readonly kept?: Uint8Array;
  readonly message?: string;
  /** Set when the bytes are no ExportTraceServiceRequest, or are cut off: what is wrong. Nothing of it was kept. */
  readonly fault?: string;
}

/** A trace that takes this share of the store gets no further spans: soon it could not be kept whole. */
const LARGEST_TRACE = 0.4;
const TRACE_TOO_LARGE =
  'belongs to a trace that has grown too large to be kept whole; raise the setting "spanline.store.maxBytes"';

const NO_BYTES = new Uint8Array(0);
const NOTHING_MASKED: readonly RedactionMatch[] = [];
/** Bytes. */
const LONGEST_NAME_COUNTED = 200;
const NOTHING: AppendResult = { accepted: 0, rejected: 0, duplicates: 0 };

/** Takes requests into the store: reads, recognises copies, writes rows, keeps traces and statistics up to date. */
export class Appender {
  private readonly span = new ParsedSpan();
  private readonly rejections = new RejectionLog();
  private accepted = 0;
  private duplicates = 0;
  private run!: Run;
  private origin!: Origin;
  private request: Uint8Array = NO_BYTES;
  private readonly kept: KeptRequest;
  private resource = NO_MESSAGE;
  private scope = NO_MESSAGE;
  /** Context of {@link resource} and {@link scope} in {@link segment}, NONE before their first span. */
  private context = NONE;
  private segment: Segment | undefined;
  private readonly statistics: SpanStatistics;
  private readonly spanPlace = {} as SpanPlace;
  private readonly copies: CopySearch;

  constructor(
    private readonly parts: StoreParts,
    private readonly maxBytes: () => number,
    private readonly clock: () => number,
  ) {
    this.kept = new KeptRequest(parts);
    this.statistics = new SpanStatistics(parts);
    this.copies = new CopySearch(parts);
  }

  append(request: Uint8Array, origin: Origin): AppendResult {
    const { reader, runs } = this.parts;
    reader.open(request);
    const blocks = readFrame(reader);
    if (reader.fault !== undefined) {
      const fault = `The request ${reader.fault} (at byte ${reader.faultAt} of ${request.length}); nothing of it was kept`;
      reader.close();
      return { ...NOTHING, fault };
    }
    const plain = this.isSuspicious(blocks) ? onlyKnown(request, 'traces') : undefined;
    if (plain !== undefined) return { kept: plain, ...this.append(plain, origin) };
    this.request = request;
    this.kept.begin(request);
    this.accepted = this.duplicates = 0;
    this.rejections.clear();
    this.origin = origin;
    this.run = runs.touch(origin.run, origin.runName, origin.receivedAt ?? this.clock());
    for (const block of blocks) this.appendBlock(block);
    reader.close();
    this.request = NO_BYTES;
    this.resource = this.scope = NO_MESSAGE;
    return this.result();
  }

  /** What nobody reads would be kept unseen, secrets and all. */
  private isSuspicious(blocks: readonly SpanBlock[]): boolean {
    return this.parts.writer.kept.redactor !== undefined && blocks.some(({ isOdd }) => isOdd);
  }

  private result(): AppendResult {
    const { accepted, duplicates, rejections } = this;
    const { cut } = this.kept;
    const kept = this.kept.end();
    const rejected = rejections.count;
    const messages = [];
    if (rejected > 0) messages.push(rejections.message(accepted + duplicates + rejected));
    if (cut > 0) messages.push(cutMessage(cut));
    return {
      ...{ accepted, rejected, duplicates },
      ...(cut > 0 && { cut }),
      ...(kept !== undefined && { kept }),
      ...(messages.length > 0 && { message: messages.join('; ') }),
    };
  }

  private appendBlock(block: SpanBlock): void {
    const { reader } = this.parts;
    this.resource = this.kept.keptResource(block.resourceStart, block.resourceEnd);
    this.scope = this.kept.keptScope(block.scopeStart, block.scopeEnd);
    this.context = NONE;
    let pos = block.start;
    while (pos < block.end) {
      reader.seek(pos);
      const tag = reader.tag(block.end);
      if (tag !== SCOPE_SPANS_SPAN) {
        reader.skip(tag, block.end);
        pos = reader.pos;
        continue;
      }
      const length = reader.length(block.end);
      pos = reader.pos + length;
      this.appendSpan(pos);
    }
  }

  /** The span from the reader's position to `end`. */
  private appendSpan(end: number): void {
    const { reader, writer } = this.parts;
    const start = reader.pos;
    writer.makeRoom();
    this.findContext();
    if (end - start > LARGEST_VALUE && this.appendInKeptForm(start, end)) return;
    const fault = this.parse(end);
    if (fault !== undefined) this.reject(fault, start, end);
    else if (!writer.kept.mustChange || !this.appendInKeptForm(start, end)) this.place(NOTHING_MASKED);
  }

  /** Notes what was recognised in the span that was placed last. */
  private count(matches: readonly RedactionMatch[], masked: boolean): void {
    if (matches.length === 0) return;
    const { span, parts } = this;
    const { reader, writer, files, redactions } = parts;
    const { file, line, isLocated } = writer.site;
    const site = {
      ...(isLocated && file > 0 && { file: files.name(file), line }),
      service: writer.current.contexts[this.context].service,
      spanName: textAt(reader.bytes, span.nameStart, span.nameStart + Math.min(span.nameLength, LONGEST_NAME_COUNTED)),
    };
    for (const match of matches) redactions.add(match, masked, site);
  }

  private parse(end: number): string | undefined {
    const { reader, writer } = this.parts;
    return parseSpan(reader, end, this.span) ?? writer.check(this.span);
  }

  private reject(fault: string, start: number, end: number): void {
    this.rejections.add(fault);
    this.kept.leaveOut(start, end);
  }

  /** Makes of the span what is kept of it, and takes that in. False when it is kept as it is. */
  private appendInKeptForm(start: number, end: number): boolean {
    const { reader, writer } = this.parts;
    const { keptForm } = writer;
    const bytes = keptForm.of(reader, start, end, FORMS.span);
    if (bytes === undefined) return false;
    reader.open(bytes);
    const fault = this.parse(bytes.length);
    if (fault !== undefined) this.reject(fault, start, end);
    else {
      this.kept.replace(start, end, bytes);
      if (keptForm.hasCut) this.kept.cut++;
      this.place(keptForm.masked);
    }
    reader.open(this.request);
    return true;
  }

  /** Puts the span that was checked where it belongs. `masked`: what is no longer in it. */
  private place(masked: readonly RedactionMatch[]): void {
    const { parts, span, accepted } = this;
    const trace = parts.traces.find(span.trace0, span.trace1, span.trace2, span.trace3);
    if (trace === NONE) this.appendToNewTrace();
    else this.appendToTrace(trace);
    if (this.accepted === accepted) return;
    this.count(masked, true);
    this.count(parts.writer.kept.warnings, false);
  }

  private appendToNewTrace(): void {
    const { parts, span } = this;
    const { trace0, trace1, trace2, trace3 } = span;
    this.accepted++;
    if (parts.evicted.has(trace0, trace1, trace2, trace3)) this.countLateSpan();
    else this.writeSpan(parts.traces.add(trace0, trace1, trace2, trace3), NONE);
  }

  private appendToTrace(trace: number): void {
    const { span } = this;
    const copy = this.copies.find(span, trace);
    if (copy !== NONE) {
      this.duplicates++;
      if (this.isBetter(copy)) this.writeSpan(trace, copy);
    } else if (this.copies.tooMany) {
      this.rejections.add(`shares its span id with ${MAX_SHARING} others of its trace`);
    } else if (this.isTooLarge(trace)) {
      this.rejections.add(TRACE_TOO_LARGE);
    } else {
      this.accepted++;
      this.writeSpan(trace, NONE);
    }
  }

  private isTooLarge(trace: number): boolean {
    return this.parts.traces.bytesOf(trace) > this.maxBytes() * LARGEST_TRACE;
  }

  /** Ended beats open, then located beats not located; of equals the first stays. */
  private isBetter(row: number): boolean {
    const { span, parts } = this;
    const segment = parts.segments.of(row);
    const heldIsOpen = segment.isOpen(rowAt(row));
    if (heldIsOpen !== isOpen(span)) return heldIsOpen;
    if (heldIsOpen && this.origin.last) return segment.words[rowAt(row) + Row.site] <= 0;
    return parts.writer.site.isLocated && !parts.lines.isRecorded(segment.words[rowAt(row) + Row.site]);
  }

  /** `replaced`: the row of the lesser copy, or NONE. */
  private writeSpan(trace: number, replaced: number): void {
    const { parts, span } = this;
    const { writer } = parts;
    const name = writer.internName(span);
    const site = this.countSpan(name, trace, replaced);
    const index = writer.write(span, name, this.context, trace, site);
    const row = (writer.current.slot << ROW_BITS) | index;
    if (this.origin.last && isOpen(span)) writer.current.giveUp(rowAt(row));
    if (replaced === NONE) addToTrace(parts, trace, row);
    else replaceInTrace(parts, trace, replaced, row);
    parts.traces.addBytes(trace, writer.rowBytes);
  }

  /** A span whose trace has left counts in the statistics and is not kept: it would be shown as a trace of its own. */
  private countLateSpan(): void {
    const { parts, span } = this;
    const name = parts.writer.internName(span);
    this.countSpan(name, NONE, NONE);
  }

  private countSpan(name: number, trace: number, replaced: number): number {
    const { parts, span, statistics, spanPlace } = this;
    spanPlace.context = parts.writer.current.contexts[this.context];
    spanPlace.run = this.run;
    spanPlace.trace = trace;
    spanPlace.replaced = replaced;
    return statistics.count(span, spanPlace, name, this.origin.last === true);
  }

  private findContext(): void {
    const { writer } = this.parts;
    if (this.context !== NONE && this.segment === writer.current) return;
    this.segment = writer.current;
    this.context = writer.contextOf(this.resource, this.scope, this.run, this.origin.thread);
  }
}

function cutMessage(cut: number): string {
  return (
    `${cut} spans or resources were too large or too deeply nested to be kept whole; where something is missing, it says "… more". ` +
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT makes the sender cut them'
  );
}
