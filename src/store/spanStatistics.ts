import { ROUTE_REASON } from '../model/codeAttributes';
import { SPAN_KINDS, STATUS_ERROR } from '../model/span';
import { decodeKeyValue, textAt } from '../otlp/wire/attributes';
import { WireReader } from '../otlp/wire/wireReader';
import { NONE } from './byteInterner';
import { isOpen } from './identity';
import type { LineRun } from './lineRun';
import type { StoreParts } from './parts';
import { pausedNanos } from './pausedTime';
import { rowDuration } from './rowDuration';
import type { Run } from './runTable';
import { difference, Row, rowAt, type Segment, type SpanContext, UNCOUNTED_SITE } from './segment';
import type { ParsedSpan } from './spanParser';

const INTERNAL = SPAN_KINDS.indexOf('internal');
const LONGEST_FUNCTION_NAME = 500;
/** A number that no name has. */
const UNKNOWN = -(2 ** 31);

/** Where a span belongs that is being counted. One of it serves span after span. */
export interface SpanPlace {
  context: SpanContext;
  run: Run;
  /** Its trace's slot; NONE when the trace has left already. */
  trace: number;
  /** Row of the lesser copy that it replaces, or NONE. */
  replaced: number;
}

interface HeldCopy {
  readonly isCounted: boolean;
  readonly site: number;
}
const NO_COPY: HeldCopy = { isCounted: false, site: 0 };

/** Counts each span once: by operation when it has ended, by line when its line is known as well. */
export class SpanStatistics {
  /** Number of the store-wide name by the text of {@link segment}. */
  private nameNumbers = new Int32Array(1 << 10);
  private segment: Segment | undefined;
  private readonly functionReader = new WireReader();

  constructor(private readonly parts: StoreParts) {}

  /**
   * Counts a span that the writer has just checked, except for what was counted with the lesser copy of it. `nameText`: the name's
   * number in the open segment. `isLast`: a span that is open now will never end. Gives the row's {@link Row.site}.
   */
  count(span: ParsedSpan, place: SpanPlace, nameText: number, isLast: boolean): number {
    const { isLocated } = this.parts.writer.site;
    if (isOpen(span)) return isLocated ? this.countOpen(span, place, nameText, isLast) : 0;
    const held = place.replaced === NONE ? NO_COPY : this.heldCopy(place.replaced);
    const { parts } = this;
    const paused = parts.pauses.isEmpty ? 0 : pausedNanos(parts, place.trace, place.context, span);
    const duration = Math.max(0, countedDuration(span) - paused);
    const name = this.nameNumber(nameText);
    if (!held.isCounted) this.countOperation(span, place, name, duration);
    if (!isLocated) return 0;
    if (held.isCounted && held.site !== 0) return held.site;
    const lineRun = this.countedLine(span, place, name);
    if (lineRun === undefined) return UNCOUNTED_SITE;
    lineRun.sketch.record(duration);
    if (span.status === STATUS_ERROR) lineRun.errors++;
    if (paused > 0) lineRun.paused++;
    lineRun.setLatest(span, duration, paused);
    return lineRun.number + 1;
  }

  /** What the lesser copy was counted as; one that never ended, and did after all, is no longer. */
  private heldCopy(row: number): HeldCopy {
    const segment = this.parts.segments.of(row);
    const site = segment.words[rowAt(row) + Row.site];
    const isCounted = !segment.isOpen(rowAt(row));
    const placed = isCounted && site > 0 ? this.parts.lines.numbered(site - 1) : undefined;
    if (placed?.placed) {
      placed.takeBack(rowDuration(segment, rowAt(row)), segment.status(rowAt(row)) === STATUS_ERROR);
      return { isCounted, site: 0 };
    }
    const unended = isCounted || site <= 0 ? undefined : this.parts.lines.numbered(site - 1);
    if (unended) unended.neverEnded--;
    return { isCounted, site };
  }

  private countOpen(span: ParsedSpan, place: SpanPlace, nameText: number, isLast: boolean): number {
    const lineRun = isLast ? this.countedLine(span, place, this.nameNumber(nameText)) : undefined;
    if (lineRun === undefined) return UNCOUNTED_SITE;
    lineRun.neverEnded++;
    if (lineRun.sketch.count === 0) lineRun.setLatest(span, 0, 0);
    return lineRun.number + 1;
  }

  private countOperation(span: ParsedSpan, { context }: SpanPlace, name: number, duration: number): void {
    const { operations } = this.parts;
    const operation = operations.numberOf(context.serviceIndex, Math.max(0, name));
    operations.record(operation, duration, span.status === STATUS_ERROR);
  }

  /** The statistics of the span's line, with the span's name, service and place noted; undefined beyond what is kept. */
  private countedLine({ kind }: ParsedSpan, { run, context }: SpanPlace, name: number): LineRun | undefined {
    const { lines, reasons, writer } = this.parts;
    const { site } = writer;
    const isLayer = kind === INTERNAL && site.reason !== 0 && reasons.name(site.reason) === ROUTE_REASON;
    const lineRun = site.file <= 0 ? undefined : lines.at(site.file, site.line, run, isLayer);
    if (lineRun === undefined) return undefined;
    lineRun.countName(name);
    lineRun.countService(context.serviceIndex);
    if (site.confidence < lineRun.confidence) lineRun.setReason(site.reason, site.confidence);
    if (site.functionLength > 0 && lineRun.functionName === undefined) this.readFunctionName(lineRun);
    lines.markChanged(lineRun.file);
    return lineRun;
  }

  private readFunctionName(lineRun: LineRun): void {
    const { reader, writer } = this.parts;
    const { functionStart, functionLength } = writer.site;
    this.functionReader.share(reader);
    this.functionReader.seek(functionStart);
    const { value } = decodeKeyValue(this.functionReader, functionStart + functionLength);
    this.functionReader.close();
    if (value.kind === 'string') lineRun.functionName = value.value.slice(0, LONGEST_FUNCTION_NAME);
  }

  private nameNumber(text: number): number {
    const { current } = this.parts.writer;
    if (this.segment !== current) {
      this.segment = current;
      this.nameNumbers.fill(UNKNOWN);
    }
    if (text >= this.nameNumbers.length) this.growNameNumbers(text);
    const known = this.nameNumbers[text];
    if (known !== UNKNOWN) return known;
    const { bytes, starts } = current.texts;
    const number = this.parts.spanNames.intern(textAt(bytes, starts[text], starts[text + 1]));
    this.nameNumbers[text] = number;
    return number;
  }

  private growNameNumbers(text: number): void {
    const old = this.nameNumbers;
    this.nameNumbers = new Int32Array(Math.max(old.length * 2, text + 1)).fill(UNKNOWN);
    this.nameNumbers.set(old);
  }
}

/** End minus start; 0 where the sender's times make no duration. */
function countedDuration(span: ParsedSpan): number {
  if ((span.startLow | span.startHigh) === 0) return 0;
  const { startHigh, startLow, endHigh, endLow } = span;
  return Math.max(0, difference(endHigh, endLow, startHigh, startLow));
}
