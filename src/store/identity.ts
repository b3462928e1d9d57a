import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { difference, ROW_MASK, type Segment } from './segment';
import type { ParsedSpan } from './spanParser';

/*
 * When are two records copies of one span?
 *
 * They have the same trace id, span id, parent and kind, start within a microsecond of each other, and either one of them is still
 * open (end 0), or they have the same name and end within a microsecond of each other.
 *
 * - A request that is sent again brings the same record: a copy.
 * - The program's own exporter and our preload send the same span with other attributes: a copy. Attributes are therefore not
 *   compared. Exporters that go through doubles or microseconds round times: hence the microsecond.
 * - A span that was sent open and comes again when it has ended: a copy, even if it was renamed meanwhile.
 * - Client and server that share one span id, as Zipkin has it: they differ in kind. Both are kept.
 * - The same ids with another parent, time or name: something else, from a sender that does not make its ids unique. Both are kept.
 */

const SAME_TIME_NANOS = 1000;
/** Records that may share trace id and span id; each further one would be compared with all of them. */
export const MAX_SHARING = 64;

/** Not ended when it was sent. */
export function isOpen(span: ParsedSpan): boolean {
  return (span.endLow | span.endHigh) === 0;
}

export class CopySearch {
  /** The last {@link find} found no copy, and as many records with these ids as there may be. */
  tooMany = false;

  constructor(private readonly parts: StoreParts) {}

  /** Row of the copy of `span` that is held, or NONE. */
  find(span: ParsedSpan, trace: number): number {
    const { spanIds, segments } = this.parts;
    let sharing = 0;
    this.tooMany = false;
    for (let row = spanIds.first(trace, span.span0, span.span1); row !== NONE; row = spanIds.next()) {
      const segment = segments.of(row);
      const index = row & ROW_MASK;
      if (!segment.isReplaced(index) && this.isCopy(span, segment, index)) return row;
      sharing++;
    }
    this.tooMany = sharing >= MAX_SHARING;
    return NONE;
  }

  private isCopy(span: ParsedSpan, segment: Segment, index: number): boolean {
    if (segment.kind(index) !== span.kind) return false;
    if (segment.parentId[2 * index] !== span.parent0 || segment.parentId[2 * index + 1] !== span.parent1) return false;
    const { startHigh, startLow, endHigh, endLow } = segment;
    if (!isNear(startHigh[index], startLow[index], span.startHigh, span.startLow)) return false;
    if (segment.isOpen(index) || isOpen(span)) return true;
    return isNear(endHigh[index], endLow[index], span.endHigh, span.endLow) && this.hasName(span, segment, index);
  }

  private hasName({ nameStart, nameLength }: ParsedSpan, segment: Segment, index: number): boolean {
    const { bytes } = this.parts.reader;
    const { starts, bytes: texts } = segment.texts;
    const start = starts[segment.name[index]];
    if (starts[segment.name[index] + 1] - start !== nameLength) return false;
    for (let i = 0; i < nameLength; i++) if (texts[start + i] !== bytes[nameStart + i]) return false;
    return true;
  }
}

/** Halves of `b` are signed. */
function isNear(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  return Math.abs(difference(aHigh, aLow, bHigh >>> 0, bLow >>> 0)) <= SAME_TIME_NANOS;
}
