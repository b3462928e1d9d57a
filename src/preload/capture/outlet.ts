import type { PreloadReport, PreloadTarget } from '../../protocol/preload';
import type { Host, HostSettings } from '../host';
import { BatchEncoder, type BatchOrigin } from './batch';
import type { CallSites } from './callSites';
import type { RawStack } from './callStack';
import { EngineConnection } from './connection';
import { MemoryMaps } from './memoryMaps';
import type { RecordedSpan } from './recordedSpan';
import { Recorder } from './recorder';
import { Resources } from './resources';
import type { RouteSites } from './routes/routeSites';
import type { ReadableSpan } from './sdkTypes';
import { Sender } from './sender';
import { Spool } from './spool';
import type { SpanEvents } from './tracerPatch';

export interface OutletParts {
  readonly host: Host;
  readonly origin: BatchOrigin;
  readonly callSites: CallSites;
  readonly routes: RouteSites;
}

/**
 * Where recorded spans go: to one engine at a time, or to none when its run is over or it is gone for good. While there is none,
 * spans are not looked at.
 */
export class Outlet implements SpanEvents {
  private recorder: Recorder | undefined;
  private settings: HostSettings;
  private unsampled = 0;

  constructor(private readonly parts: OutletParts) {
    this.settings = parts.host.settings;
    this.recorder = this.open();
  }

  get active(): boolean {
    return this.recorder !== undefined;
  }

  spanStarted(record: RecordedSpan): void {
    this.recorder?.spanStarted(record);
  }

  spanEnded(span: ReadableSpan): void {
    this.recorder?.spanEnded(span);
  }

  /** One that the program's sampler had turned down. */
  shadowEnded(span: ReadableSpan): void {
    this.unsampled++;
    this.spanEnded(span);
  }

  handledBy(span: ReadableSpan, stack: RawStack): void {
    this.recorder?.handledBy(span, stack);
  }

  threadsGone(threads: readonly number[]): void {
    this.recorder?.threadsGone(threads);
  }

  processExits(exitCode: number): void {
    this.recorder?.processExits(exitCode);
  }

  snapshot(): string {
    return this.recorder?.snapshot() ?? '[]';
  }

  report(): PreloadReport {
    const { endpoint } = this.settings;
    const { recorder, unsampled } = this;
    return { ...(recorder ? recorder.report() : { ended: 0, open: 0, failing: false, endpoint }), unsampled };
  }

  /** What ends from now on goes there, as does what is under way; what ended before is still sent where it was to go. */
  connect({ endpoint, run, spool }: PreloadTarget): void {
    const { settings } = this;
    if (this.recorder && settings.endpoint === endpoint && settings.run === run) return;
    this.settings = { ...settings, endpoint, run, spool };
    const open = this.recorder?.handOver() ?? [];
    this.recorder = this.open();
    this.recorder.takeOver(open);
  }

  private open(): Recorder {
    const { host: common, origin, callSites, routes } = this.parts;
    const host = { ...common, settings: this.settings };
    const resources = new Resources(host.now);
    const encoder = new BatchEncoder(origin, callSites, routes, new MemoryMaps(host.inlineMaps), resources);
    const connection = new EngineConnection(host);
    const sender = new Sender({
      post: (body, done) => connection.post(body, done),
      timers: host.timers,
      outsideContext: host.outsideContext,
      onLost: (batch) => encoder.resend(batch.maps),
      onTaken: () => recorder.batchesTaken(),
      onGivenUp: () => this.givenUp(recorder),
    });
    const recorder = new Recorder(host, encoder, sender, new Spool(host.settings.spool, origin, host.files), resources);
    return recorder;
  }

  private givenUp(recorder: Recorder): void {
    this.parts.host.debug(() => 'records nothing any more: the run is over, or nobody listens');
    recorder.abandon();
    if (this.recorder === recorder) this.recorder = undefined;
  }
}
