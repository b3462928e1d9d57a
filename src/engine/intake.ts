import type { Outcome } from '../otlp/receiver/options';
import { refusal } from '../otlp/rpcStatus';
import { SIGNALS, type Signal } from '../otlp/signals';
import type { Origin } from '../store/appender';
import type { ChangeFeed } from './changeFeed';
import type { RateMeter } from './rateMeter';
import type { Redaction } from './redaction';
import type { Stores } from './stores';

/**
 * Hears of every request that was taken in, before its sender is answered. `request` is OTLP protobuf as it is kept, and may be
 * read only during the call.
 */
export type IntakeTap = (signal: Signal, request: Uint8Array, origin: Origin) => void;

const [TRACES] = SIGNALS;

/** The one road by which requests reach the stores, whoever sent them. */
export class Intake {
  rejectedSpans = 0;
  /** Of which something was too long or too deep to be kept. */
  cutSpans = 0;

  constructor(
    private readonly stores: Stores,
    private readonly rate: Pick<RateMeter, 'add'>,
    private readonly changes: Pick<ChangeFeed, 'changed'>,
    private readonly statusChanges: Pick<ChangeFeed, 'changed'>,
    private readonly taps: readonly IntakeTap[] = [],
    private readonly redaction?: Pick<Redaction, 'redacted'>,
  ) {}

  /** `leftOut`: spans of the request that had to be left out of its bytes. */
  take(signal: Signal, request: Uint8Array, origin: Origin, leftOut: number): Outcome | Promise<Outcome> {
    if (signal.id === 'traces') return this.takeTraces(request, origin, leftOut);
    return signal.id === 'logs' ? this.takeLogs(signal, request, origin) : this.takeMetrics(signal, request, origin);
  }

  takeTraces(request: Uint8Array, origin: Origin, leftOut: number): Outcome {
    const { accepted, rejected, duplicates, cut, kept, message, fault } = this.stores.spans.append(request, origin);
    if (fault !== undefined) return refusal.malformed(fault);
    this.rejectedSpans += rejected + leftOut;
    this.cutSpans += cut ?? 0;
    this.rate.add(accepted);
    if (accepted + duplicates > 0) this.tell(TRACES, kept ?? request, origin);
    if (accepted + rejected + leftOut > 0) this.statusChanges.changed();
    return { rejected, message };
  }

  private takeLogs(signal: Signal, request: Uint8Array, origin: Origin): Outcome {
    const redacted = this.redaction?.redacted(signal, request) ?? request;
    const { rejected, kept, message, fault } = this.stores.logs.append(redacted, origin.run);
    if (fault !== undefined) return refusal.malformed(fault);
    this.tell(signal, kept ?? redacted, origin);
    return { rejected, message };
  }

  private takeMetrics(signal: Signal, request: Uint8Array, origin: Origin): Outcome {
    const redacted = this.redaction?.redacted(signal, request) ?? request;
    const { rejected, kept, message, fault } = this.stores.metrics.append(redacted, origin);
    if (fault !== undefined) return refusal.malformed(fault);
    this.tell(signal, kept ?? redacted, origin);
    this.statusChanges.changed();
    return { rejected, message };
  }

  private tell(signal: Signal, request: Uint8Array, origin: Origin): void {
    for (const tap of this.taps) tap(signal, request, origin);
    this.changes.changed();
  }
}
