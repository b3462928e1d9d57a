// Started by fuzz.ts as a worker: hands cases to the entry points behind the sockets, one after the other, and compares what comes
// of them with the oracle.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parentPort } from 'node:worker_threads';
import * as zlib from 'node:zlib';
import { logTo, silentLog } from '../../../src/base/log';
import { Engine } from '../../../src/engine/engine';
import { PreloadIntake } from '../../../src/engine/preloadIntake';
import { zipkinRoute } from '../../../src/engine/zipkinRoute';
import { OUTSIDE_RUN, type SpanId, type TraceId } from '../../../src/model/ids';
import { encodeJsonText } from '../../../src/otlp/json/encodeJson';
import { decompress } from '../../../src/otlp/receiver/compression';
import type { Outcome } from '../../../src/otlp/receiver/options';
import { isRefusal } from '../../../src/otlp/rpcStatus';
import { SIGNALS } from '../../../src/otlp/signals';
import { CallSites } from '../../../src/sources/callSites';
import type { Origin } from '../../../src/store/appender';
import { QUIET_ENGINE } from '../../support/engineSettings';
import { canonicalRequest } from './canonicalJson';
import { makeCase, type FuzzCase } from './cases';
import { REQUEST_TYPES, type SignalId } from './corpus';
import { expectLogs, expectTraces, hasMetricWithTwoData, isDecodable, type Expected } from './oracle';

export interface DirectWork {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** One number: that of the case being worked on, for whoever watches. */
  readonly progress: SharedArrayBuffer;
}
export interface DirectReport {
  readonly crashes: readonly string[];
  readonly disagreements: readonly string[];
  /** Cases that the oracle judged, and spans and records that were read back and compared. */
  readonly judged: number;
  readonly compared: number;
}

const MOST_BYTES = 8 * 2 ** 20;
const ORIGIN: Origin = { run: OUTSIDE_RUN, runName: 'fuzz', from: 'otlp' };
const TOLD = 25;

class Direct {
  private readonly storageDir = mkdtempSync(join(tmpdir(), 'spanline-fuzz-'));
  private readonly engine: Engine;
  private readonly preload: PreloadIntake;
  private readonly zipkin: ReturnType<typeof zipkinRoute>;
  private crashes: string[] = [];
  private disagreements: string[] = [];
  /** {@link FuzzCase.own} of the case being worked on. */
  private own = '';
  private judged = 0;
  private compared = 0;

  constructor() {
    const log = logTo((level, message) => {
      if (level === 'error') this.crashes.push(`logged: ${message}`);
    });
    const options = {
      ...QUIET_ENGINE,
      storageDir: this.storageDir,
      maxStoreBytes: 16 * 2 ** 20,
      maxRequestBytes: MOST_BYTES,
    };
    this.engine = new Engine(options, log);
    const append = (request: Uint8Array, leftOut: number) => this.engine.takeTraces(request, ORIGIN, leftOut);
    this.preload = new PreloadIntake(
      new CallSites(silentLog),
      ({ request, leftOut }) => append(request, leftOut),
      () => {},
      () => {},
      silentLog,
    );
    this.zipkin = zipkinRoute(append);
  }

  async run({ seed, from, to, progress }: DirectWork): Promise<DirectReport> {
    const at = new Int32Array(progress);
    [this.crashes, this.disagreements, this.judged, this.compared] = [[], [], 0, 0];
    for (let index = from; index < to; index++) {
      Atomics.store(at, 0, index);
      try {
        await this.handle(makeCase(seed, index), (what) => this.note(this.disagreements, index, what));
      } catch (error) {
        this.note(this.crashes, index, error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
    }
    const { crashes, disagreements, judged, compared } = this;
    return { crashes, disagreements, judged, compared };
  }

  async close(): Promise<void> {
    await this.engine.shutdown();
    rmSync(this.storageDir, { recursive: true, force: true });
  }

  private note(list: string[], index: number, what: string): void {
    list.push(list.length < TOLD ? `case ${index}: ${what}` : '');
  }

  private async handle(fuzzCase: FuzzCase, disagree: (what: string) => void): Promise<void> {
    const body = this.expanded(fuzzCase, disagree);
    if (!body) return;
    this.own = fuzzCase.own;
    if (fuzzCase.kind === 'zipkin') await this.zipkin.take(body, {});
    else if (fuzzCase.kind === 'preload') this.preload.take(body);
    else if (fuzzCase.kind === 'json') await this.takeJson(fuzzCase.signal, body, disagree);
    else await this.takeProtobuf(fuzzCase.signal, body, 0, disagree);
  }

  /** Node's own decompression without our choice of chunks is the oracle of ours. */
  private expanded({ encoding, sent }: FuzzCase, disagree: (what: string) => void): Uint8Array | undefined {
    if (encoding === 'identity') return sent;
    const ours = decompress(sent, encoding, MOST_BYTES);
    const theirs = sent.length === 0 ? sent : nodeDecompress(sent, encoding);
    this.judged++;
    if (isRefusal(ours)) {
      if (theirs) disagree(`${encoding}: Node expands it, but ours says ${ours.message}`);
      return undefined;
    }
    if (!theirs || Buffer.compare(ours, theirs) !== 0)
      disagree(
        `${encoding}: ours expands it to ${ours.length} bytes, Node ${theirs ? `to ${theirs.length}` : 'not at all'}`,
      );
    return ours;
  }

  private async takeJson(signal: SignalId, body: Uint8Array, disagree: (what: string) => void): Promise<void> {
    const encoded = encodeJsonText(signalOf(signal).request, body);
    const parsed = parseJson(body);
    const type = REQUEST_TYPES[signal];
    const canonical = parsed === NO_JSON ? undefined : canonicalRequest(type, parsed);
    if (canonical || parsed === NO_JSON) this.judged++;
    if ('fault' in encoded) {
      if (canonical) disagree(`JSON: ${encoded.fault}`);
      return;
    }
    if (parsed === NO_JSON) return disagree('JSON: taken, although it is none');
    if (canonical) {
      const options = { longs: String, bytes: String, defaults: true } as const;
      const a = type.toObject(type.decode(encoded.bytes), options);
      const b = type.toObject(type.decode(type.encode(type.fromObject(canonical)).finish()), options);
      if (encoded.rejected === 0 && !isDeepStrictEqual(a, b)) disagree(`JSON: ${difference(b, a)}`);
    }
    await this.takeProtobuf(signal, encoded.bytes, encoded.rejected, disagree);
  }

  private async takeProtobuf(
    signal: SignalId,
    body: Uint8Array,
    leftOut: number,
    disagree: (what: string) => void,
  ): Promise<void> {
    this.judged++;
    const outcome = await this.engine.take(signalOf(signal), body, ORIGIN, leftOut);
    if (signal === 'traces') return this.compareTraces(body, outcome, disagree);
    if (signal === 'logs') return this.compareLogs(body, outcome, disagree);
    const decodable = isDecodable(REQUEST_TYPES.metrics.name, body);
    const refused = isRefusal(outcome);
    // Points that can be decoded and mean nothing, such as one without a value, are rejected, too.
    const agree = decodable ? !refused : refused || outcome.rejected > 0 || hasMetricWithTwoData(body);
    if (!agree) disagree(`metrics: ${decodable ? 'decodable' : 'undecodable'}, ours says ${show(outcome)}`);
  }

  private async compareTraces(body: Uint8Array, outcome: Outcome, disagree: (what: string) => void): Promise<void> {
    const expected = expectTraces(body);
    if (!this.agreeOnRefusal('traces', expected, outcome, disagree) || !expected) return;
    const ids = expected.kept.map(({ traceId, spanId }) => traceId + spanId);
    for (const [i, { traceId, spanId, says }] of expected.kept.entries()) {
      // What was spliced in from another request came before, and may have left or be something else by now.
      if (!traceId.startsWith(this.own)) continue;
      const held = await this.engine.span(traceId as TraceId, spanId as SpanId);
      if (!held) return disagree(`traces: span ${spanId} is not found`);
      if (ids.indexOf(ids[i]) !== ids.lastIndexOf(ids[i])) continue;
      this.compared++;
      compareMembers('span', says, held, disagree);
    }
  }

  private async compareLogs(body: Uint8Array, outcome: Outcome, disagree: (what: string) => void): Promise<void> {
    const expected = expectLogs(body);
    if (!this.agreeOnRefusal('logs', expected, outcome, disagree) || !expected) return;
    const ids = expected.kept.map(({ traceId }) => traceId);
    for (const [i, { traceId, says }] of expected.kept.entries()) {
      if (!traceId.startsWith(this.own) || ids.indexOf(ids[i]) !== ids.lastIndexOf(ids[i])) continue;
      const [held] = await this.engine.logs(traceId as TraceId, undefined, 9);
      if (!held) return disagree(`logs: no record of trace ${traceId} is found`);
      this.compared++;
      compareMembers('log record', says, held, disagree);
    }
  }

  private agreeOnRefusal(
    what: string,
    expected: Expected<unknown> | undefined,
    outcome: Outcome,
    disagree: (what: string) => void,
  ): boolean {
    const refused = isRefusal(outcome);
    const more = refused ? 0 : outcome.rejected - (expected?.rejected ?? 0);
    const agree = expected ? !refused && more >= 0 && more <= expected.unknown : refused;
    if (!agree)
      disagree(`${what}: should be ${expected ? `${expected.rejected} rejected` : 'refused'}, but is ${show(outcome)}`);
    return agree;
  }
}

function compareMembers<T extends object>(
  what: string,
  says: Partial<T>,
  held: T,
  disagree: (what: string) => void,
): void {
  for (const key of Object.keys(says) as (keyof T & string)[]) {
    const got = withoutNotices(held[key]);
    if (!isDeepStrictEqual(says[key], got)) {
      disagree(`${what}: ${key}: ${difference(says[key], got)}`);
      return;
    }
  }
}

/** What redaction says of a value is ours, not the sender's. */
function withoutNotices(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNotices);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== 'notice');
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNotices(member)]));
}

function nodeDecompress(sent: Uint8Array, encoding: FuzzCase['encoding']): Uint8Array | undefined {
  const options = { maxOutputLength: MOST_BYTES };
  const attempts = {
    gzip: [zlib.gunzipSync],
    deflate: [zlib.inflateSync, zlib.inflateRawSync],
    br: [zlib.brotliDecompressSync],
    identity: [],
  }[encoding] as readonly ((bytes: Uint8Array, options: object) => Buffer)[];
  for (const attempt of attempts) {
    try {
      return attempt(sent, options);
    } catch {
      continue;
    }
  }
  return undefined;
}

const NO_JSON = Symbol('no JSON');

function parseJson(body: Uint8Array): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return NO_JSON;
  }
}

function signalOf(id: SignalId) {
  return SIGNALS.find((signal) => signal.id === id)!;
}

/** Where the two begin to differ. */
function difference(wanted: unknown, got: unknown): string {
  const [a, b] = [show(wanted), show(got)];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const part = (text: string) => text.slice(Math.max(0, at - 60), at + 120);
  return `should be …${part(a)}…, but is …${part(b)}…`;
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (Object.is(member, -0) ? '-0' : member)) ?? 'undefined';
}

const direct = new Direct();
parentPort?.on('message', (message: DirectWork | 'close') => {
  if (message === 'close') void direct.close().then(() => parentPort!.close());
  else void direct.run(message).then((report) => parentPort!.postMessage(report));
});
