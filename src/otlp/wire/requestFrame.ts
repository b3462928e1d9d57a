import * as field from './fields';
import { SHAPES, validate } from './validate';
import type { WireReader } from './wireReader';

/** One ScopeSpans of a request with the resource it belongs to, as byte ranges; absent messages are empty ranges. */
export interface SpanBlock {
  resourceStart: number;
  resourceEnd: number;
  scopeStart: number;
  scopeEnd: number;
  /** The ScopeSpans message itself; its spans are the fields tagged {@link field.SCOPE_SPANS_SPAN}. */
  readonly start: number;
  readonly end: number;
  spans: number;
  /** Around its spans there is more than OTLP has a place for: unknown fields, or a second resource or scope. */
  isOdd: boolean;
}

/**
 * The frame of an ExportTraceServiceRequest: everything but the spans' insides is read and checked, so that a request which is
 * cut off or is no such request at all is known before anything is kept of it. The fault is in the reader.
 */
export function readFrame(reader: WireReader): SpanBlock[] {
  const blocks: SpanBlock[] = [];
  const end = reader.bytes.length;
  let isOdd = false;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === field.REQUEST_RESOURCE_SPANS) {
      const length = reader.length(end);
      readResourceSpans(reader, reader.pos + length, blocks);
    } else {
      isOdd = true;
      reader.skip(tag, end);
    }
  }
  if (isOdd && blocks.length > 0) blocks[0].isOdd = true;
  return blocks;
}

/** The resource may stand behind its spans. */
function readResourceSpans(reader: WireReader, end: number, blocks: SpanBlock[]): void {
  const first = blocks.length;
  let resourceStart = 0;
  let resourceEnd = 0;
  let isOdd = false;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === field.RESOURCE_SPANS_RESOURCE) {
      isOdd ||= resourceEnd > 0;
      resourceEnd = reader.length(end);
      resourceStart = reader.pos;
      resourceEnd += resourceStart;
      validate(reader, resourceEnd, SHAPES.resource);
    } else if (tag === field.RESOURCE_SPANS_SCOPE_SPANS || tag === field.RESOURCE_SPANS_LIBRARY_SPANS) {
      const length = reader.length(end);
      blocks.push(readScopeSpans(reader, reader.pos + length));
    } else {
      isOdd ||= tag !== field.SCHEMA_URL;
      reader.skip(tag, end);
    }
  }
  for (let i = first; i < blocks.length; i++) {
    blocks[i].resourceStart = resourceStart;
    blocks[i].resourceEnd = resourceEnd;
    blocks[i].isOdd ||= isOdd;
  }
}

function readScopeSpans(reader: WireReader, end: number): SpanBlock {
  const block: SpanBlock = {
    resourceStart: 0,
    resourceEnd: 0,
    scopeStart: 0,
    scopeEnd: 0,
    start: reader.pos,
    end,
    spans: 0,
    isOdd: false,
  };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === field.SCOPE_SPANS_SPAN) {
      const length = reader.length(end);
      reader.pos += length;
      block.spans++;
    } else if (tag === field.SCOPE_SPANS_SCOPE) {
      const length = reader.length(end);
      block.isOdd ||= block.scopeStart > 0;
      block.scopeStart = reader.pos;
      block.scopeEnd = reader.pos + length;
      validate(reader, block.scopeEnd, SHAPES.scope);
    } else {
      block.isOdd ||= tag !== field.SCHEMA_URL;
      reader.skip(tag, end);
    }
  }
  return block;
}
