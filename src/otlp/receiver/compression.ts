import * as zlib from 'node:zlib';
import { errorMessage } from '../../base/log';
import { refusal, type Refusal } from '../rpcStatus';

type Decoder = (body: Uint8Array, options: zlib.ZlibOptions) => Buffer;
/** Node has it from 22.15 on; the type package for Node 20 does not know it. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (body: Uint8Array, options: object) => Buffer };

const DECODERS = new Map<string, Decoder>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['deflate', inflate],
  ['br', (body, { maxOutputLength }) => zlib.brotliDecompressSync(body, { maxOutputLength })],
]);
if (zstdDecompressSync)
  DECODERS.set('zstd', (body, { maxOutputLength }) => zstdDecompressSync(body, { maxOutputLength }));

/** What a sender may compress with. */
export const ENCODINGS: readonly string[] = [...DECODERS.keys()].filter((name) => name !== 'x-gzip');

/** Deflate squeezes at most 1,032 to 1; a stated size beyond that is a lie. */
const MAX_RATIO = 1032;
const LEAST_CHUNK = 1024;

/** The name as {@link decompress} takes it, `identity` for none; undefined when nobody here can read it. */
export function knownEncoding(header: string | undefined): string | undefined {
  const name = (header ?? '').trim().toLowerCase() || 'identity';
  return name === 'identity' || DECODERS.has(name) ? name : undefined;
}

/** Expands a body to at most `limit` bytes; never more memory than about twice that. */
export function decompress(body: Uint8Array, encoding: string, limit: number): Uint8Array | Refusal {
  const decoder = DECODERS.get(encoding);
  if (!decoder || body.length === 0) return body;
  try {
    return decoder(body, { maxOutputLength: limit, chunkSize: chunkSize(body, encoding, limit) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(limit);
    return refusal.malformed(`The body is not valid ${encoding}: ${errorMessage(error)}`);
  }
}

export function tooLarge(limit: number): Refusal {
  return refusal.tooLarge(
    `The request is larger than ${limit} bytes; send smaller batches or raise "spanline.receiver.maxRequestBytes"`,
  );
}

/** Room for the whole output at once where gzip's trailer tells its size: one allocation instead of many joined ones. */
function chunkSize(body: Uint8Array, encoding: string, limit: number): number {
  const stated = encoding.endsWith('gzip') && body.length >= 18 ? statedSize(body) : body.length * 4;
  return Math.max(LEAST_CHUNK, Math.min(stated, body.length * MAX_RATIO, limit) + 1);
}

function statedSize(gzip: Uint8Array): number {
  return new DataView(gzip.buffer, gzip.byteOffset).getUint32(gzip.length - 4, true);
}

/** `deflate` means zlib's framing, but some send the bare stream. */
function inflate(body: Uint8Array, options: zlib.ZlibOptions): Buffer {
  const [method = 0, flags = 0] = body;
  const framed = (method & 15) === 8 && (method * 256 + flags) % 31 === 0;
  return framed ? zlib.inflateSync(body, options) : zlib.inflateRawSync(body, options);
}
