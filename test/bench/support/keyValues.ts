import { ProtoWriter } from '../../../src/otlp/protoWriter';
import { SPAN_ATTRIBUTE } from '../../../src/otlp/wire/fields';
import { readFrame } from '../../../src/otlp/wire/requestFrame';
import { type WireBytes, WireReader } from '../../../src/otlp/wire/wireReader';
import { generateRequests } from '../lib/generateSpans';

/** KeyValue messages, one behind the other. */
export interface KeyValues {
  readonly source: WireBytes;
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  /** How many of them came with a span, on average. */
  readonly perSpan: number;
}

export const KV_VALUE_TAG = 18;
/** Spans after which a store forgets which KeyValues it has seen. */
const SEGMENT = 16_384;

/** KeyValues of so many made-up spans, each as often as a store meets it for the first time; `more` follow. */
export function distinctKeyValues(spans: number, more: readonly (readonly [string, string])[] = []): KeyValues {
  const messages: Uint8Array[] = more.map(([key, value]) => keyValue(key, value));
  let seen = new Set<string>();
  let count = 0;
  for (const request of generateRequests({ spans }))
    for (const attributes of spansOf(request)) {
      if (++count % SEGMENT === 0) seen = new Set();
      for (const attribute of attributes) {
        const id = Buffer.from(attribute).toString('latin1');
        if (seen.has(id)) continue;
        seen.add(id);
        messages.push(attribute);
      }
    }
  return joined(messages, messages.length / Math.max(1, count));
}

function joined(messages: readonly Uint8Array[], perSpan: number): KeyValues {
  const bytes = new Uint8Array(Buffer.concat(messages));
  const lengths = messages.map(({ length }) => length);
  let end = 0;
  const starts = lengths.map((length) => (end += length) - length);
  return { source: { bytes, view: new DataView(bytes.buffer) }, starts, lengths, perSpan };
}

function* spansOf(request: Uint8Array): Generator<Uint8Array[]> {
  const reader = new WireReader();
  reader.open(request);
  for (const block of readFrame(reader)) {
    reader.seek(block.start);
    while (reader.pos < block.end) {
      const tag = reader.tag(block.end);
      if (tag !== KV_VALUE_TAG) reader.skip(tag, block.end);
      else {
        const length = reader.length(block.end);
        const end = reader.pos + length;
        yield attributesOf(reader, end);
        reader.seek(end);
      }
    }
  }
}

function attributesOf(reader: WireReader, end: number): Uint8Array[] {
  const attributes: Uint8Array[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== SPAN_ATTRIBUTE) reader.skip(tag, end);
    else {
      const length = reader.length(end);
      attributes.push(reader.bytes.slice(reader.pos, reader.pos + length));
      reader.pos += length;
    }
  }
  return attributes;
}

function keyValue(key: string, value: string): Uint8Array {
  const writer = new ProtoWriter();
  writer.string(1, key);
  const start = writer.beginMessage(2);
  writer.string(1, value);
  writer.endMessage(start);
  return writer.finish();
}
