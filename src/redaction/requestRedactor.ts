import type { RedactionMatch } from '../model/redaction';
import { type Edit, withEdits } from '../otlp/wire/edits';
import { WireReader } from '../otlp/wire/wireReader';
import type { Redactor } from './redactor';

const LENGTH = 2;

/** What a field of a message holds, as far as anything in it is to be redacted. */
type Leaf = 'keyValue' | 'anyValue';
type Part = Leaf | Shape;
/** By number of the field. */
type Shape = ReadonlyMap<number, Part>;

const shape = (fields: Readonly<Record<number, Part>>): Shape =>
  new Map(Object.entries(fields).map(([number, part]) => [Number(number), part]));

const RESOURCE = shape({ 1: 'keyValue' });
const SCOPE = shape({ 3: 'keyValue' });
const LOG_RECORD = shape({ 5: 'anyValue', 6: 'keyValue' });
const EXEMPLAR = shape({ 7: 'keyValue' });
const NUMBER_POINT = shape({ 7: 'keyValue', 5: EXEMPLAR });
const HISTOGRAM_POINT = shape({ 9: 'keyValue', 8: EXEMPLAR });
const EXPONENTIAL_POINT = shape({ 1: 'keyValue', 11: EXEMPLAR });
const SUMMARY_POINT = shape({ 7: 'keyValue' });
const METRIC = shape({
  5: shape({ 1: NUMBER_POINT }),
  7: shape({ 1: NUMBER_POINT }),
  9: shape({ 1: HISTOGRAM_POINT }),
  10: shape({ 1: EXPONENTIAL_POINT }),
  11: shape({ 1: SUMMARY_POINT }),
  12: 'keyValue',
});

/** Requests by the message that each entry of a scope is. `1000`: what senders of 2021 had in place of scopes. */
const requestOf = (entry: Shape): Shape => {
  const scoped = shape({ 1: SCOPE, 2: entry });
  return shape({ 1: shape({ 1: RESOURCE, 2: scoped, 1000: scoped }) });
};

export const LOGS_REQUEST = requestOf(LOG_RECORD);
export const METRICS_REQUEST = requestOf(METRIC);

/** A match and whether what matched was replaced. */
export type OnMatch = (match: RedactionMatch, masked: boolean) => void;

/**
 * Redacts requests that are not taken apart span by span. Their shapes nest a known number of levels. A message inside that is broken
 * stays as it is, and is for whoever reads the request to leave out; what lies beside it is redacted.
 */
export class RequestRedactor {
  private readonly reader = new WireReader();
  private readonly edits: Edit[] = [];

  constructor(
    private readonly redactor: Redactor,
    private readonly onMatch: OnMatch,
  ) {}

  /** The request as it must be kept; undefined where that is as it came, or where it is no such request. */
  redact(request: Uint8Array, shape: Shape): Uint8Array | undefined {
    const { reader, edits } = this;
    edits.length = 0;
    reader.open(request);
    this.walk(request.length, shape);
    const isRequest = reader.fault === undefined;
    reader.close();
    return isRequest && edits.length > 0 ? withEdits(request, edits) : undefined;
  }

  private walk(end: number, shape: Shape): void {
    const { reader } = this;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      const part = (tag & 7) === LENGTH ? shape.get(tag >>> 3) : undefined;
      if (part === undefined) {
        reader.skip(tag, end);
        continue;
      }
      const length = reader.length(end);
      if (reader.fault !== undefined) return; // the position means nothing any more
      const start = reader.pos;
      if (typeof part === 'string') this.look(part, start, length);
      else this.walk(start + length, part);
      reader.seek(start + length);
    }
  }

  private look(part: Leaf, start: number, length: number): void {
    const { redactor, reader } = this;
    const bytes =
      part === 'keyValue'
        ? redactor.redactKeyValue(reader, start, length)
        : redactor.redactAnyValue(reader, start, length);
    if (bytes !== undefined && length > 0) this.edits.push({ start, end: start + length, bytes });
    if (redactor.lastMatch !== undefined) this.onMatch(redactor.lastMatch, bytes !== undefined);
  }
}
