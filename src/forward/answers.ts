import { WireReader } from '../otlp/wire/wireReader';
import type { SendResult } from './sendResult';

/** Tags of Export…ServiceResponse, google.rpc.Status and RetryInfo; field number × 8 + wire type. */
const PARTIAL_SUCCESS = 10;
const REJECTED = 8;
const MESSAGE = 18;
const DETAIL = 26;
const ANY_TYPE = 10;
const ANY_VALUE = 18;
const RETRY_DELAY = 10;
const SECONDS = 8;
const NANOS = 16;
const RETRY_INFO = /\/google\.rpc\.RetryInfo$/;

/** An answer's words are shown and logged, but not at any length. */
const MOST_WORDS = 300;

/** Reads an Export…ServiceResponse in protobuf; what is none counts as plain success. */
export function readResponse(bytes: Uint8Array): SendResult {
  const reader = opened(bytes);
  let rejected = 0;
  let message = '';
  eachField(reader, bytes.length, (tag, end) => {
    if (tag !== PARTIAL_SUCCESS) return false;
    eachField(reader, end, (inner, innerEnd) => {
      if (inner === REJECTED) rejected = reader.varint(innerEnd);
      else if (inner === MESSAGE) message = text(reader, innerEnd);
      else return false;
      return true;
    });
    return true;
  });
  return { kind: 'sent', rejected, ...(message && { message: clip(message) }) };
}

/** The same where an upstream answers in JSON whatever it was sent. */
export function readJsonResponse(bytes: Uint8Array): SendResult {
  try {
    const { partialSuccess: partial } = JSON.parse(Buffer.from(bytes).toString()) as {
      partialSuccess?: Record<string, unknown>;
    };
    const count = Object.entries(partial ?? {}).find(([key]) => key.startsWith('rejected'))?.[1];
    const message = typeof partial?.errorMessage === 'string' ? partial.errorMessage : '';
    return { kind: 'sent', rejected: Number(count ?? 0) || 0, ...(message && { message: clip(message) }) };
  } catch {
    return { kind: 'sent', rejected: 0 };
  }
}

export interface RpcStatus {
  readonly message: string;
  /** From a RetryInfo among the details. */
  readonly retryAfterMs?: number;
}

/** Reads a google.rpc.Status. */
export function readStatus(bytes: Uint8Array): RpcStatus {
  const reader = opened(bytes);
  let message = '';
  let retryAfterMs: number | undefined;
  eachField(reader, bytes.length, (tag, end) => {
    if (tag === MESSAGE) message = text(reader, end);
    else if (tag === DETAIL) retryAfterMs = readDetail(reader, end) ?? retryAfterMs;
    else return false;
    return true;
  });
  return { message: clip(message), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function readDetail(reader: WireReader, end: number): number | undefined {
  let type = '';
  let retryAfterMs: number | undefined;
  eachField(reader, end, (tag, valueEnd) => {
    if (tag === ANY_TYPE) type = text(reader, valueEnd);
    else if (tag === ANY_VALUE && RETRY_INFO.test(type)) retryAfterMs = readDelay(reader, valueEnd);
    else return false;
    return true;
  });
  return retryAfterMs;
}

function readDelay(reader: WireReader, end: number): number {
  let milliseconds = 0;
  eachField(reader, end, (tag, delayEnd) => {
    if (tag !== RETRY_DELAY) return false;
    eachField(reader, delayEnd, (part, partEnd) => {
      if (part === SECONDS) milliseconds += reader.varint(partEnd) * 1000;
      else if (part === NANOS) milliseconds += reader.varint(partEnd) / 1e6;
      else return false;
      return true;
    });
    return true;
  });
  return milliseconds;
}

/** The message of an error's body, in whatever shape servers and proxies send one. */
export function wordsOf(body: Uint8Array, contentType = ''): string {
  const plain = Buffer.from(body).toString('utf8');
  if (/json/i.test(contentType)) {
    try {
      const { message, error } = JSON.parse(plain) as { message?: unknown; error?: unknown };
      const said = message ?? error;
      if (typeof said === 'string') return clip(said);
    } catch {
      return clip(plain);
    }
  }
  if (/protobuf/i.test(contentType)) return readStatus(body).message;
  return /html/i.test(contentType) ? '' : clip(plain);
}

/** Hands every field to `take`, which reads it, or leaves it by returning false. `end`: of the field, where it has a length. */
function eachField(reader: WireReader, end: number, take: (tag: number, end: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if ((tag & 7) !== 2) {
      if (!take(tag, end)) reader.skip(tag, end);
      continue;
    }
    const length = reader.length(end);
    const fieldEnd = reader.pos + length;
    take(tag, fieldEnd);
    if (reader.fault === undefined) reader.pos = fieldEnd;
  }
}

function opened(bytes: Uint8Array): WireReader {
  const reader = new WireReader();
  reader.open(bytes);
  return reader;
}

function text({ bytes, pos }: WireReader, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + pos, end - pos).toString('utf8');
}

export function clip(words: string): string {
  const line = words.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)}…` : line;
}
