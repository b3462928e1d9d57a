import { STATUS_ERROR } from '../model/span';
import { decodeKeyValue, textAt } from '../otlp/wire/attributes';
import { WireReader } from '../otlp/wire/wireReader';
import { NONE } from './byteInterner';
import { isOpen } from './identity';
import type { LineRun } from './lineRun';
import type { StoreParts } from './parts';
import type { Run } from './runTable';
import { difference, Row, rowAt, type Segment, type SpanContext, UNCOUNTED_SITE } from './segment';
import type { ParsedSpan } from './spanParser';

const LONGEST_FUNCTION_NAME = 500;
/** A number that no name has. */
const UNKNOWN = -(2 ** 31);

/** Counts each span once: by operation when it has ended, by line when its line is known as well. */
export class SpanStatistics {
  /** Number of the store-wide name by the text of {@link segment}. */
  private nameNumbers = new Int32Array(1 << 10);
  private segment: Segment | undefined;
  private readonly functionReader = new WireReader();

  constructor(private readonly parts: StoreParts) {}

  /**
   * Counts a span that the writer has just checked, except for what was counted with the lesser copy of it (`replaced`, a row or
   * NONE). `nameText`: the name's number in the open segment. Gives the row's {@link Row.site}.
   */
  count(span: ParsedSpan, context: SpanContext, run: Run, nameText: number, replaced: number): number {
    const { isLocated } = this.parts.writer.site;
    if (isOpen(span)) return isLocated ? UNCOUNTED_SITE : 0;
    const held = replaced === NONE ? undefined : this.parts.segments.of(replaced);
    const isCounted = held !== undefined && !held.isOpen(rowAt(replaced));
    const duration = countedDuration(span);
    const isError = span.status === STATUS_ERROR;
    const name = this.nameNumber(nameText);
    if (!isCounted) {
      const { operations } = this.parts;
      operations.record(operations.numberOf(context.serviceIndex, Math.max(0, name)), duration, isError);
    }
    if (!isLocated) return 0;
    const heldSite = isCounted ? held.words[rowAt(replaced) + Row.site] : 0;
    if (heldSite !== 0) return heldSite;
    return this.countLine(span, context, run, name, duration, isError);
  }

  private countLine(
    span: ParsedSpan,
    context: SpanContext,
    run: Run,
    name: number,
    duration: number,
    isError: boolean,
  ): number {
    const { lines, writer } = this.parts;
    const { site } = writer;
    const lineRun = site.file <= 0 ? undefined : lines.at(site.file, site.line, run);
    if (lineRun === undefined) return UNCOUNTED_SITE;
    lineRun.sketch.record(duration);
    if (isError) lineRun.errors++;
    lineRun.countName(name);
    lineRun.countService(context.serviceIndex);
    lineRun.setLatest(span, duration);
    if (site.confidence < lineRun.confidence) lineRun.setReason(site.reason, site.confidence);
    if (site.functionLength > 0 && lineRun.functionName === undefined) this.readFunctionName(lineRun);
    lines.markChanged(lineRun.file);
    return lineRun.number + 1;
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
