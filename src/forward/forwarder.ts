import { assertNever } from '../base/assertNever';
import type { Log } from '../base/log';
import type { Signal } from '../otlp/signals';
import type { ForwardStatus } from '../protocol/engine';
import { elementsOf } from './elements';
import { ForwardQueue, type Parcel } from './queue';
import { Selection } from './selection';
import type { SendResult, Transport } from './sendResult';
import type { Upstream } from './upstream';

export interface ForwarderLimits {
  /** The most that waits, in bytes. */
  readonly queueBytes: number;
  /** Requests are joined up to so many bytes. */
  readonly requestBytes: number;
  /** How long the first of a burst waits for others to be joined with. */
  readonly lingerMs: number;
  /** Requests under way at the same time. */
  readonly concurrency: number;
  /** Wait after the first failure; it doubles with each that follows, up to the second. */
  readonly backoffMs: readonly [first: number, longest: number];
}

export const FORWARDER_LIMITS: ForwarderLimits = {
  queueBytes: 32 * 1024 * 1024,
  requestBytes: 1024 * 1024,
  lingerMs: 200,
  concurrency: 2,
  backoffMs: [1_000, 30_000],
};

/** Requests are not joined to less than this, whatever the upstream says of their size. */
const LEAST_REQUEST_BYTES = 16 * 1024;
/** So much in one go that came back is no program's retry but a circle. */
const CIRCLE = 20;
/** The same fault is logged again after this time. */
const SILENCE_MS = 60_000;

export interface ForwarderParts {
  readonly upstream: Upstream;
  readonly transport: Transport;
  readonly log: Log;
  /** Something of {@link Forwarder.status} is new. */
  changed(): void;
  readonly limits?: Partial<ForwarderLimits>;
  readonly random?: () => number;
}

/**
 * Sends copies of what was received to one upstream. Whoever hands them in never waits: what does not get through waits in a queue of
 * its own, whose oldest goes when it is full.
 *
 * After a failure nothing is sent for a while, since there is but one upstream; what failed goes first then.
 */
export class Forwarder {
  private transport: Transport;
  private readonly selection = new Selection();
  private readonly queue: ForwardQueue;
  private readonly failed: Parcel[] = [];
  private readonly limits: ForwarderLimits;
  private readonly log: Log;
  private requestBytes: number;
  private underWay = 0;
  private underWayBytes = 0;
  private underWayRecords = 0;
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  /** `performance.now()` before which nothing is sent. */
  private notBefore = 0;
  private closing = false;
  private closed = false;
  private sentRecords = 0;
  private droppedRecords = 0;
  private loss: string | undefined;
  private problem: string | undefined;
  private readonly told = new Map<string, number>();
  private idle: (() => void) | undefined;

  constructor(private readonly parts: ForwarderParts) {
    this.limits = { ...FORWARDER_LIMITS, ...parts.limits };
    this.transport = parts.transport;
    this.log = parts.log;
    this.requestBytes = this.limits.requestBytes;
    this.queue = new ForwardQueue(this.limits.queueBytes);
  }

  get status(): ForwardStatus {
    const { upstream } = this.parts;
    const { problem } = this;
    const failedRecords = this.failed.reduce((sum, { records }) => sum + records, 0);
    const failedBytes = this.failed.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return {
      endpoint: upstream.shown,
      protocol: upstream.protocol,
      queuedRecords: this.queue.records + failedRecords + this.underWayRecords,
      queuedBytes: this.queue.bytes + failedBytes + this.underWayBytes,
      sentRecords: this.sentRecords,
      droppedRecords: this.droppedRecords,
      ...(this.loss !== undefined && { loss: this.loss }),
      ...(problem !== undefined && { problem }),
    };
  }

  /** Copies what is to go upstream; `request` may be changed afterwards. */
  take(signal: Signal, request: Uint8Array, from: 'preload' | 'otlp'): void {
    if (this.closing) return;
    const selected = this.selection.of(signal, request, from);
    if (this.selection.returned >= CIRCLE)
      this.logOnce(
        'It sends what it gets back here. Nothing goes round twice, but take Spanline out of its exporters.',
      );
    if (!selected) return;
    const dropped = this.queue.push(signal, selected.bytes, selected.records);
    if (dropped > 0) this.drop(dropped, `${mebibytes(this.limits.queueBytes)} wait already; the oldest go.`);
    if (this.queue.bytes >= this.requestBytes) this.pump();
    else this.schedule(this.limits.lingerMs);
  }

  /** The same upstream by other credentials: what waits is tried at once. */
  use(transport: Transport): void {
    this.transport.close();
    this.transport = transport;
    this.failures = 0;
    this.notBefore = 0;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.schedule(0);
  }

  /** Tries to get rid of what waits, at most for `patienceMs`; what is left then is dropped. */
  async close(patienceMs: number): Promise<void> {
    this.closing = true;
    // What has just failed would only fail again.
    if (this.failures === 0) {
      this.pump();
      if (this.underWay > 0) await this.untilIdle(patienceMs);
    }
    this.closed = true;
    clearTimeout(this.timer);
    this.transport.close();
    const { queuedRecords } = this.status;
    if (queuedRecords > 0)
      this.log.warn(`${queuedRecords} records were not forwarded to ${this.parts.upstream.shown} before the end`);
  }

  private untilIdle(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const limit = setTimeout(resolve, patienceMs);
      this.idle = () => {
        clearTimeout(limit);
        resolve();
      };
    });
  }

  private schedule(waitMs: number): void {
    if (this.timer || this.closed) return;
    const wait = Math.max(waitMs, this.notBefore - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.pump();
    }, wait).unref();
  }

  private pump(): void {
    if (this.closed) return;
    const concurrency = this.failures > 0 ? 1 : this.limits.concurrency;
    while (this.underWay < concurrency) {
      if (performance.now() < this.notBefore) return this.schedule(0);
      const parcel = this.failed.shift() ?? this.queue.take(this.requestBytes);
      if (!parcel) break;
      void this.send(parcel);
    }
    if (this.underWay === 0) this.idle?.();
  }

  private async send(parcel: Parcel): Promise<void> {
    this.count(1, parcel);
    const result = await this.transport.send(parcel.signal, parcel.bytes);
    this.count(-1, parcel);
    this.settle(parcel, result);
    this.parts.changed();
    this.pump();
  }

  private count(sign: 1 | -1, { bytes, records }: Parcel): void {
    this.underWay += sign;
    this.underWayBytes += sign * bytes.length;
    this.underWayRecords += sign * records;
  }

  private settle(parcel: Parcel, result: SendResult): void {
    switch (result.kind) {
      case 'sent':
        return this.delivered(parcel, result);
      case 'retry':
        this.failed.push(parcel);
        return this.wait(result.fault, result.afterMs);
      case 'tooLarge':
        return this.shrink(parcel, result.fault);
      case 'refused':
        this.drop(parcel.records, result.fault);
        return this.wait(result.fault, undefined);
      case 'loop':
        this.drop(parcel.records, result.fault);
        return this.wait(result.fault, this.limits.backoffMs[1]);
      default:
        assertNever(result);
    }
  }

  private delivered({ records }: Parcel, { rejected, message }: Extract<SendResult, { kind: 'sent' }>): void {
    if (this.failures > 0) this.log.info(`Forwarding to ${this.parts.upstream.shown} works again`);
    this.failures = 0;
    this.problem = undefined;
    this.sentRecords += Math.max(records - rejected, 0);
    if (rejected > 0) this.drop(rejected, `The upstream left out what it was sent${message ? `: ${message}` : '.'}`);
    else if (message) this.logOnce(`The upstream says: ${message}`);
  }

  /** Its parts may be small enough; where it is but one, nothing helps. */
  private shrink(parcel: Parcel, fault: string): void {
    const parts = halves(parcel);
    this.requestBytes = Math.max(Math.floor(parcel.bytes.length / 2), LEAST_REQUEST_BYTES);
    if (parts) this.failed.push(...parts);
    else {
      this.drop(parcel.records, fault);
      this.problem = fault;
    }
  }

  private wait(fault: string, afterMs: number | undefined): void {
    const [first, longest] = this.limits.backoffMs;
    const backoff = Math.min(first * 2 ** this.failures++, longest);
    const jittered = backoff * (0.5 + (this.parts.random ?? Math.random)() / 2);
    // An upstream that names a time means it.
    this.notBefore = performance.now() + Math.max(afterMs ?? 0, jittered);
    this.tell(fault);
  }

  private drop(records: number, why: string): void {
    this.droppedRecords += records;
    this.loss = why;
    this.logOnce(why);
    this.parts.changed();
  }

  private tell(fault: string): void {
    this.problem = fault;
    this.logOnce(fault);
  }

  private logOnce(words: string): void {
    const now = performance.now();
    const toldAt = this.told.get(words);
    if (toldAt !== undefined && now - toldAt < SILENCE_MS) return;
    if (this.told.size > 50) this.told.clear();
    this.told.set(words, now);
    this.log.warn(`Forwarding to ${this.parts.upstream.shown}: ${words}`);
  }
}

/** Split between two of its elements; undefined where it has but one. */
function halves({ signal, bytes }: Parcel): readonly [Parcel, Parcel] | undefined {
  const elements = elementsOf(signal, bytes);
  if (elements.length < 2) return undefined;
  const middle =
    Math.max(
      elements.findIndex(({ start }) => start >= bytes.length / 2),
      0,
    ) || elements.length - 1;
  const part = (from: number, to: number): Parcel => {
    const records = elements.slice(from, to).reduce((sum, element) => sum + element.records, 0);
    return { signal, bytes: bytes.subarray(elements[from].start, elements[to - 1].end), records };
  };
  return [part(0, middle), part(middle, elements.length)];
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MB`;
}
