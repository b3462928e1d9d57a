import { type ByteDictionary, NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { difference, Row, rowAt, type Segment } from './segment';
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
      if (!segment.isReplaced(rowAt(row)) && this.isCopy(span, segment, rowAt(row))) return row;
      sharing++;
    }
    this.tooMany = sharing >= MAX_SHARING;
    return NONE;
  }

  private isCopy(span: ParsedSpan, segment: Segment, at: number): boolean {
    const { words } = segment;
    if (segment.kind(at) !== span.kind) return false;
    if (words[at + Row.parent0] !== span.parent0 || words[at + Row.parent1] !== span.parent1) return false;
    if (!isNear(words[at + Row.startHigh], words[at + Row.startLow], span.startHigh, span.startLow)) return false;
    if (segment.isOpen(at) || isOpen(span)) return true;
    if (!isNear(words[at + Row.endHigh], words[at + Row.endLow], span.endHigh, span.endLow)) return false;
    return this.hasName(span, segment.texts, words[at + Row.name]);
  }

  private hasName({ nameStart, nameLength }: ParsedSpan, texts: ByteDictionary, name: number): boolean {
    const { bytes } = this.parts.reader;
    const start = texts.starts[name];
    if (texts.starts[name + 1] - start !== nameLength) return false;
    for (let i = 0; i < nameLength; i++) if (texts.bytes[start + i] !== bytes[nameStart + i]) return false;
    return true;
  }
}

function isNear(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  return Math.abs(difference(aHigh, aLow, bHigh, bLow)) <= SAME_TIME_NANOS;
}
