import type { Host } from '../host';
import type { BatchEncoder } from './batch';
import type { RawStack } from './callStack';
import type { Resources } from './resources';
import { RecordedSpan } from './recordedSpan';
import type { ReadableSpan } from './sdkTypes';
import type { Sender } from './sender';
import type { Spool } from './spool';

/** The first span after a silence is on its way so soon. */
const LEAD_MS = 10;
/** Batches follow each other at this distance. */
const INTERVAL_MS = 200;
/** How often a resource is looked at whose attributes are still being detected. */
const DETECTION_MS = 50;
/** Spans encoded in one turn of the program's event loop: about a millisecond. */
const CHUNK = 256;
/** Ended spans held unencoded: a loop that never yields would otherwise pile up the SDK's heavy objects. */
const MOST_UNENCODED = 4096;
/** Spans under way that we know of. The oldest are forgotten first, and lose their site: most likely they never end. */
const MOST_OPEN = 8192;

/** Holds spans from their end to their batch. */
export class Recorder {
  private ended: RecordedSpan[] = [];
  private readonly open = new Map<ReadableSpan, RecordedSpan>();
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private lastFlush = -Infinity;
  private exiting = false;

  constructor(
    private readonly host: Host,
    private readonly encoder: BatchEncoder,
    private readonly sender: Sender,
    private readonly spool: Spool,
    private readonly resources: Resources,
  ) {}

  spanStarted(record: RecordedSpan): void {
    this.open.set(record.span, record);
    if (this.open.size > MOST_OPEN) this.open.delete(this.open.keys().next().value!);
  }

  handledBy(span: ReadableSpan, stack: RawStack): void {
    const record = this.open.get(span);
    if (record) record.setUp = stack;
  }

  spanEnded(span: ReadableSpan): void {
    const record = this.open.get(span);
    if (record) this.open.delete(span);
    this.ended.push(record ?? new RecordedSpan(span));
    if (this.exiting) this.spoolRest();
    else if (this.host.settings.eager) this.spoolSoon();
    else if (this.ended.length >= MOST_UNENCODED) this.send(this.ended.splice(0));
    else if (!this.timer) this.schedule(Math.max(LEAD_MS, this.lastFlush + INTERVAL_MS - this.host.now()));
  }

  /** From the process's `exit`: what is unsent goes to the spool, and so does at once whatever ends later. */
  processExits(exitCode: number): void {
    this.exiting = true;
    for (const batch of this.sender.unsent()) this.spool.write(batch.text);
    this.spoolRest(exitCode);
  }

  /** See PreloadHook. */
  snapshot(): string {
    const { text, maps } = this.encoder.encode({ ended: this.ended, open: [...this.open.values()], dropped: 0 });
    this.encoder.resend(maps);
    return `[${[...this.sender.unsent().map((batch) => batch.text), text].join()}]`;
  }

  /** By files alone: the reader of the spool watches it, and a killed process has no time to send. */
  private spoolSoon(): void {
    const { outsideContext, timers } = this.host;
    outsideContext(() => {
      this.immediate ??= timers
        .setImmediate(() => {
          this.immediate = undefined;
          const batch = this.encoder.encode({ ended: this.ended.splice(0), open: [], dropped: 0 });
          if (batch.spans > 0 && !this.spool.write(batch.text)) this.sender.add(batch);
        })
        .unref();
    });
  }

  private schedule(delay: number): void {
    const { outsideContext, timers } = this.host;
    outsideContext(() => {
      this.timer = timers.setTimeout(() => this.flush(), delay);
      this.timer.unref();
    });
  }

  private flush(): void {
    this.timer = undefined;
    this.lastFlush = this.host.now();
    const chunk = this.ended.splice(0, CHUNK);
    const settled = chunk.filter(({ span }) => this.resources.isSettled(span.resource));
    if (settled.length < chunk.length) {
      this.ended.push(...chunk.filter(({ span }) => !this.resources.isSettled(span.resource)));
    }
    if (settled.length > 0) this.send(settled);
    if (this.ended.length > 0) this.schedule(settled.length > 0 ? 0 : DETECTION_MS);
  }

  private send(records: readonly RecordedSpan[]): void {
    this.sender.add(this.encoder.encode({ ended: records, open: [], dropped: this.sender.takeLost() }));
  }

  private spoolRest(exitCode?: number): void {
    const ended = this.ended.splice(0);
    const open = [...this.open.values()];
    this.open.clear();
    if (ended.length + open.length === 0 && exitCode === undefined) return;
    this.spool.write(this.encoder.encode({ ended, open, dropped: this.sender.takeLost(), exitCode }).text);
  }
}
