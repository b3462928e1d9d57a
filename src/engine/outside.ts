import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Log } from '../base/log';
import { Forwarding } from '../forward/forwarding';
import { OUTSIDE_RUN } from '../model/ids';
import type { Outcome, ReceiverOptions } from '../otlp/receiver/options';
import { Receiver } from '../otlp/receiver/receiver';
import { refusal, type Refusal } from '../otlp/rpcStatus';
import type { Signal } from '../otlp/signals';
import type { EngineOptions, EngineSettings, EngineStatus, ForwardTest } from '../protocol/engine';
import { FORWARDED_HEADER } from '../protocol/forwardHeaders';
import { RUN_HEADER } from '../protocol/preload';
import type { Origin } from '../store/appender';
import type { IntakeTap } from './intake';
import { SharedPorts } from './sharedPorts';
import type { LiveFrame } from './windows/frames';
import { LIVE_PATH } from './windows/proofs';
import { Siblings } from './windows/siblings';
import { zipkinRoute } from './zipkinRoute';

const OUTSIDE: Origin = { run: OUTSIDE_RUN, runName: 'Outside a debug session', from: 'otlp' };
/** The same, received by another window: that one forwards it and shows it to the others. */
const RELAYED: Origin = { ...OUTSIDE };

/** What is needed of the engine. */
export interface OutsideHost {
  readonly limits: ReceiverOptions['limits'];
  readonly log: Log;
  take(signal: Signal, request: Uint8Array, origin: Origin, leftOut: number): Outcome | Promise<Outcome>;
  takeTraces(request: Uint8Array, origin: Origin, leftOut: number): Outcome;
  /** For the requests of a program of the run; undefined when the run is no open session of this window. */
  originOf(run: string): Origin | undefined;
  openRuns(): readonly string[];
  holdsLogs(): boolean;
  statusChanged(): void;
  /** What a program sent could not be taken. */
  refused(request: string, message: string): void;
}

export type OutsideStatus = Pick<EngineStatus, 'endpoints' | 'problems' | 'notices' | 'lostPorts' | 'forward'>;

/** All that joins this window to others: the ports that any program sends to, the editor's other windows, the upstream. */
export class Outside {
  private readonly forwarding: Forwarding;
  private readonly siblings: Siblings;
  private readonly sharedPorts: SharedPorts;

  constructor(
    options: EngineOptions,
    private readonly host: OutsideHost,
  ) {
    const engineId = randomUUID();
    const { log } = host;
    this.forwarding = new Forwarding({ engineId, log, changed: () => host.statusChanged() });
    this.forwarding.configure(options.forward);
    this.siblings = new Siblings({
      engineId,
      options: options.windows,
      log,
      maxRequestBytes: () => host.limits.maxRequestBytes,
      runs: () => host.openRuns(),
      take: (frame) => this.takeFrame(frame),
    });
    this.name = options.windows?.name ?? '';
    this.sharedPorts = new SharedPorts({
      createReceiver: () => this.createReceiver(),
      changed: () => host.statusChanged(),
      log,
      siblings: this.siblings,
    });
  }

  private readonly name: string;

  /** Copies of what was taken in, for the upstream and for other windows. */
  readonly tap: IntakeTap = (signal, request, origin) => {
    if (origin === RELAYED) return;
    this.forwarding.take(signal, request, origin.from);
    if (origin === OUTSIDE) this.siblings.server.broadcast(signal, request);
  };

  /** Resolves when each port was tried once. */
  async start(sharedPorts: readonly number[]): Promise<void> {
    await this.siblings.open();
    await this.sharedPorts.configure(sharedPorts);
  }

  async configure({ sharedPorts, forward }: EngineSettings): Promise<void> {
    this.forwarding.configure(forward);
    await this.siblings.open();
    await this.sharedPorts.configure(sharedPorts);
  }

  get status(): OutsideStatus {
    const { endpoints, problems, notices, lostPorts } = this.sharedPorts;
    const forward = this.forwarding.status;
    return {
      endpoints,
      problems: [...problems, ...this.forwarding.problems],
      notices,
      lostPorts,
      ...(forward && { forward }),
    };
  }

  testForwarding(): Promise<ForwardTest> {
    return this.forwarding.test();
  }

  /** Sessions were opened or closed: other windows send theirs on to us. */
  runsChanged(): void {
    this.siblings.runsChanged();
  }

  /** Everything was cleared: windows that open from now on are not shown it either. */
  forget(): void {
    this.siblings.server.forget();
  }

  /** Undefined for what no Spanline sent on. */
  refuseForwarded(headers: IncomingHttpHeaders): Refusal | undefined {
    if (headers[FORWARDED_HEADER] === undefined) return undefined;
    const folder = this.name && `, folder "${this.name}"`;
    return refusal.loop(
      `This is a Spanline (pid ${process.pid}${folder}), and what is forwarded to it would go round in a circle. Let "spanline.forward.endpoint" name a collector or backend.`,
    );
  }

  async close(): Promise<void> {
    this.sharedPorts.dispose();
    this.siblings.dispose();
    await this.forwarding.close();
  }

  private createReceiver(): Receiver {
    const { limits, log } = this.host;
    return new Receiver({
      limits,
      log,
      onRefused: (request, message) => this.host.refused(request, message),
      sink: (signal, request, headers, leftOut) =>
        this.refuseForwarded(headers) ?? this.take(signal, request, headers[RUN_HEADER], leftOut),
      routes: [zipkinRoute((request, leftOut) => this.host.takeTraces(request, OUTSIDE, leftOut))],
      upgrade: {
        path: LIVE_PATH,
        take: (request, socket, head) => this.siblings.server.upgrade(request, socket, head),
      },
    });
  }

  /** Programs that were told a run by their environment name it wherever they send; it may be a run of another window. */
  private take(
    signal: Signal,
    request: Uint8Array,
    run: string | string[] | undefined,
    leftOut: number,
  ): Outcome | Promise<Outcome> {
    const keep = (origin: Origin) => this.host.take(signal, request, origin, leftOut);
    if (typeof run !== 'string') return keep(OUTSIDE);
    const ours = this.host.originOf(run);
    if (ours) return keep(ours);
    const routed = this.siblings.server.route(run, signal, request, leftOut);
    return routed ? routed.then((outcome) => outcome ?? keep(OUTSIDE)) : keep(OUTSIDE);
  }

  private takeFrame({ signal, request, run, leftOut, isOld }: LiveFrame): Outcome | Promise<Outcome> {
    // Spans that are held already are recognised; log records have no ids.
    if (isOld && signal.id === 'logs' && this.host.holdsLogs()) return { rejected: 0 };
    const origin = run === undefined ? RELAYED : (this.host.originOf(run) ?? OUTSIDE);
    return this.host.take(signal, request, origin, leftOut);
  }
}
