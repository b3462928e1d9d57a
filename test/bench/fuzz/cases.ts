import * as zlib from 'node:zlib';
import { Random } from '../lib/random';
import { makeCorpus, type JsonSeed, type ProtobufSeed, type SignalId } from './corpus';
import { mutateBytes } from './mutateBytes';
import { mutateJsonText, mutateJsonTree } from './mutateJson';
import { mutateTree } from './mutateTree';
import { encodeTree, type Field } from './wireTree';

/** What is sent or handed over as one request. */
export interface FuzzCase {
  /** What the ids of its own traces begin with, in hex. */
  readonly own: string;
  readonly kind: 'protobuf' | 'json' | 'zipkin' | 'preload';
  readonly signal: SignalId;
  readonly body: Uint8Array;
  /** Content-Encoding of {@link sent}. */
  readonly encoding: 'identity' | 'gzip' | 'deflate' | 'br';
  /** The body as it is sent: compressed, perhaps damaged after that. */
  readonly sent: Uint8Array;
}

const COMPRESS = {
  gzip: (bytes: Uint8Array) => zlib.gzipSync(bytes, { level: 1 }),
  deflate: (bytes: Uint8Array) => zlib.deflateSync(bytes, { level: 1 }),
  br: (bytes: Uint8Array) =>
    zlib.brotliCompressSync(bytes, {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1, [zlib.constants.BROTLI_PARAM_LGWIN]: 16 },
    }),
};
/** Expands to 16 MB, which is more than any request may have here. */
const BOMB = zlib.gzipSync(Buffer.alloc(16 * 2 ** 20));
const COMPRESSED_SHARE = 0.08;
const JSON_SHARE = 0.3;

const { protobuf, json } = makeCorpus();

/** The case of that number: the same for the same seed, whatever came before it. */
export function makeCase(seed: number, index: number): FuzzCase {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const plain = random.chance(JSON_SHARE) ? jsonCase(random, index) : protobufCase(random, index);
  return random.chance(COMPRESSED_SHARE) ? compressed(plain, random) : plain;
}

function protobufCase(random: Random, index: number): FuzzCase {
  const seed = pickSeed(protobuf, random);
  const other = random.pick(protobuf);
  const tree = withOwnIds(seed, index);
  const way = random.next();
  let body = encodeTree(way < 0.65 ? mutateTree(tree, random, other.tree) : tree);
  if (way > 0.55 && way < 0.97) body = mutateBytes(body, random, other.bytes);
  return { own: ownHalf(index), kind: 'protobuf', signal: seed.signal, body, encoding: 'identity', sent: body };
}

function jsonCase(random: Random, index: number): FuzzCase {
  const seed = pickSeed(json, random);
  const own = withOwnJsonIds(seed.text, index);
  const way = random.next();
  const text = way < 0.7 ? mutateJsonTree(own, random) : way < 0.95 ? mutateJsonText(own, random) : own;
  const body = Buffer.from(text);
  const kind = seed.path === 'zipkin' || seed.path === 'preload' ? seed.path : 'json';
  const signal = kind === 'json' ? (seed.path as SignalId) : 'traces';
  return { own: ownHalf(index), kind, signal, body, encoding: 'identity', sent: body };
}

function compressed(plain: FuzzCase, random: Random): FuzzCase {
  const encoding = random.pick(['gzip', 'gzip', 'gzip', 'deflate', 'br'] as const);
  if (random.chance(0.002)) return { ...plain, encoding: 'gzip', sent: BOMB };
  const sent = COMPRESS[encoding](plain.body);
  return { ...plain, encoding, sent: random.chance(0.7) ? mutateBytes(sent, random, sent) : sent };
}

/** Small seeds come more often: a fault is likelier to matter in them. */
function pickSeed<T extends ProtobufSeed | JsonSeed>(seeds: readonly T[], random: Random): T {
  const [a, b] = [random.pick(seeds), random.pick(seeds)];
  const size = (seed: ProtobufSeed | JsonSeed) => ('text' in seed ? seed.text : seed.bytes).length;
  return size(a) < size(b) || random.chance(0.3) ? a : b;
}

/**
 * Half of each trace id of a case, in hex: found in no other case, not even where a mutation changed a few bits of it, since the
 * one half of it belongs to the other.
 */
function ownHalf(index: number): string {
  const words = [Math.imul(index + 1, 0x9e3779b1) >>> 0, index];
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}

function withOwnIds(seed: ProtobufSeed, index: number): readonly Field[] {
  const own = Buffer.from(ownHalf(index), 'hex');
  const replace = (fields: readonly Field[]): Field[] =>
    fields.map((field) => {
      if (field.children) return { ...field, children: replace(field.children) };
      return field.wire === 2 && field.bytes.length === 16
        ? { ...field, bytes: Buffer.concat([own, field.bytes.subarray(8)]) }
        : field;
    });
  return replace(seed.tree);
}

function withOwnJsonIds(text: string, index: number): string {
  const own = ownHalf(index);
  const base64 = Buffer.from(own.repeat(2), 'hex').toString('base64');
  return text
    .replace(/"(trace_?Id)":"[0-9a-f]{16}(?=[0-9a-f]{16}")/gi, (_, name: string) => `"${name}":"${own}`)
    .replace(/"traceId":"[^"]{22}=="/, `"traceId":"${base64}"`);
}
