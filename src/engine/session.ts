import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { Log } from '../base/log';
import type { RunId } from '../model/ids';
import type { Outcome, ReceiverOptions } from '../otlp/receiver/options';
import { Receiver } from '../otlp/receiver/receiver';
import { isRefusal, refusal, type Refusal } from '../otlp/rpcStatus';
import type { Signal } from '../otlp/signals';
import type { Endpoint, RunInfo, SessionEndpoint } from '../protocol/engine';
import { PRELOAD_ROUTE, RUN_HEADER } from '../protocol/preload';
import { CallSites } from '../sources/callSites';
import { listen, type ListenFault } from './localhost';
import { PreloadIntake, threadName, type ThreadSpans } from './preloadIntake';
import { Spool } from './spool';
import { zipkinRoute } from './zipkinRoute';
import type { Origin } from '../store/appender';
import type { LiveThreads } from '../store/liveThreads';

/** A program that stands at a breakpoint sends nothing for minutes, and must find its connection open when it goes on. */
const KEEP_ALIVE_MS = 60 * 60 * 1000;
/** Programs that outlive their debug session for a moment still send. */
const IDLE_BEFORE_CLOSE_MS = 3_000;

/** What a session needs of the engine. */
export interface SessionHost {
  readonly spoolParent: string;
  readonly limits: ReceiverOptions['limits'];
  readonly log: Log;
  /** `leftOut`: spans of the request that had to be left out of its bytes. */
  take(signal: Signal, request: Uint8Array, origin: Origin, leftOut: number): Outcome | Promise<Outcome>;
  takeTraces(request: Uint8Array, origin: Origin, leftOut: number): Outcome;
  /** Undefined for what no Spanline sent on. */
  refuseForwarded(headers: IncomingHttpHeaders): Refusal | undefined;
  /** Told which runs and threads there are. */
  readonly live: LiveThreads;
  /** {@link live} was told of something without a span having come. */
  liveChanged(): void;
  /** What a program sent could not be taken. */
  refused(request: string, message: string): void;
  /** A process of the run ended by itself. */
  exited(run: RunId, exitCode: number): void;
  /** The session's port is closed. */
  closed(session: Session): void;
}

/** One debug session: a port of its own, and a folder for what its programs leave behind. */
export class Session {
  readonly id: RunId;
  readonly endpoints: Endpoint[] = [];
  private readonly receiver: Receiver;
  private readonly intake: PreloadIntake;
  private spool: Spool | undefined;
  private closeTimer: NodeJS.Timeout | undefined;
  private detached = false;
  /** Runs of which spans have come. */
  private readonly heard = new Set<RunId>();
  /** Processes that have sent anything, with the run that was on then. */
  private readonly runOfProcess = new Map<number, RunInfo>();

  private constructor(
    private run: RunInfo,
    private readonly host: SessionHost,
  ) {
    this.id = run.run;
    const { limits, log } = host;
    this.intake = new PreloadIntake(
      new CallSites(log),
      (spans) => this.append(spans),
      (pid, code) => host.exited(this.runOf(pid).run, code),
      (pid, thread) => void this.threadGone(pid, thread),
      log,
    );
    this.receiver = new Receiver({
      limits,
      log,
      onRefused: (request, message) => host.refused(request, message),
      sink: (signal, request, headers, leftOut) =>
        host.refuseForwarded(headers) ?? this.takeExported(signal, request, leftOut),
      routes: [
        { path: PRELOAD_ROUTE, take: (body, headers) => this.takeBatch(body, headers[RUN_HEADER]) },
        zipkinRoute((request, leftOut) => host.takeTraces(request, this.origin('otlp'), leftOut)),
      ],
      timeouts: { keepAlive: KEEP_ALIVE_MS },
    });
  }

  /** `port`: asked for; where it is taken, any other is given. Throws when no port can be had at all. */
  static async open(info: RunInfo, port: number | undefined, host: SessionHost): Promise<Session> {
    const session = new Session(info, host);
    await session.listen(port ?? 0);
    const folder = join(host.spoolParent, folderName(info.run));
    const readers = {
      take: (content: Uint8Array, isGone: boolean) => session.takeFile(content, isGone),
      takeUnsent: (journal: Uint8Array) => session.intake.takeUnsent(journal),
    };
    session.spool = await Spool.open(folder, readers, () => host.limits.maxRequestBytes, host.log);
    return session;
  }

  /** Spans of the run have come that is on now. */
  get isHeard(): boolean {
    return this.heard.has(this.run.run);
  }

  get endpoint(): SessionEndpoint {
    return { url: `http://127.0.0.1:${this.endpoints[0].port}`, spoolDir: this.spool!.folder };
  }

  /** What other processes send from now on belongs to `next`; what lies in the spool to the run before. */
  async restart(next: RunInfo): Promise<void> {
    this.stayOpen();
    await this.spool?.sweep();
    for (const pid of (await this.spool?.journaling()) ?? []) this.runOf(pid);
    this.host.live.runEnded(this.run.run);
    this.run = next;
    this.host.live.runBegan(next.run);
  }

  /** Takes in the spool, and closes the port when nothing has come for a while. `detached`: programs that go on are told to stop sending. */
  async close(detached = false): Promise<void> {
    this.detached = detached;
    await this.spool?.sweep();
    this.host.live.runEnded(this.run.run);
    this.closeWhenIdle();
  }

  /** A session that was to be closed is used after all. */
  stayOpen(): void {
    this.host.live.runBegan(this.run.run);
    this.detached = false;
    this.keepOpen();
  }

  private keepOpen(): void {
    clearTimeout(this.closeTimer);
    this.closeTimer = undefined;
  }

  /** At once; the spool stays for the engine that comes after this one. */
  async shutdown(): Promise<void> {
    this.keepOpen();
    this.receiver.close();
    await this.spool?.sweep();
    this.spool?.dispose();
  }

  private async listen(port: number): Promise<void> {
    let bound = await listen(this.receiver, '127.0.0.1', port);
    if (bound === 'taken' && port !== 0) bound = await listen(this.receiver, '127.0.0.1', 0);
    if (typeof bound !== 'number') throw new Error(`No port can be opened on 127.0.0.1: ${wordsOf(bound)}`);
    this.endpoints.push({ address: '127.0.0.1', port: bound, use: 'session' });
    // Programs are told 127.0.0.1; ::1 is for those who write "localhost" and the port by hand.
    if (typeof (await listen(this.receiver, '::1', bound)) === 'number')
      this.endpoints.push({ address: '::1', port: bound, use: 'session' });
  }

  private closeWhenIdle(): void {
    const idle = performance.now() - this.receiver.lastActivity;
    const wait = Math.max(IDLE_BEFORE_CLOSE_MS - idle, 0);
    this.keepOpen();
    this.closeTimer = setTimeout(() => {
      if (performance.now() - this.receiver.lastActivity < IDLE_BEFORE_CLOSE_MS) this.closeWhenIdle();
      else void this.end();
    }, wait).unref();
  }

  private async end(): Promise<void> {
    this.receiver.close();
    this.host.closed(this);
    await this.spool?.sweep('all');
    await this.spool?.remove();
  }

  /** Gives the thread that answered, undefined when the text is no snapshot. */
  takeSnapshot(batches: string): string | undefined {
    return this.intake.takeSnapshot(batches);
  }

  private append({ request, leftOut, thread, pid, last, forgotten }: ThreadSpans): Outcome {
    const { run, name } = this.runOf(pid);
    if (request.length > 0) this.heard.add(run);
    const origin: Origin = { run, runName: name, from: 'preload', thread, ...((last || forgotten) && { last: true }) };
    const outcome = this.host.takeTraces(request, origin, leftOut);
    if (last) this.host.live.threadEnded(run, thread);
    return outcome;
  }

  /** What it has not said itself is in its journal. */
  private async threadGone(pid: number, thread: number): Promise<void> {
    await this.spool?.takeThread(pid, thread);
    this.host.live.threadEnded(this.runOf(pid).run, threadName(pid, thread));
    this.host.liveChanged();
  }

  /** Of a program that the debugger restarts, the process before is told of late. */
  private runOf(pid: number): RunInfo {
    const known = this.runOfProcess.get(pid);
    if (known) return known;
    this.runOfProcess.set(pid, this.run);
    return this.run;
  }

  private takeExported(signal: Signal, request: Uint8Array, leftOut: number): Outcome | Promise<Outcome> {
    if (signal.id === 'traces' && request.length > 0) this.heard.add(this.run.run);
    return this.host.take(signal, request, this.origin('otlp'), leftOut);
  }

  private takeBatch(body: Uint8Array, run: string | string[] | undefined): Outcome {
    if (run === this.id) {
      const outcome = this.intake.take(body);
      return this.detached ? refusal.wrongRun(`Run "${this.id}" is over; these were its last spans`) : outcome;
    }
    return refusal.wrongRun(`This port belongs to run "${this.id}", not to "${String(run)}" (header ${RUN_HEADER})`);
  }

  private takeFile(content: Uint8Array, isGone: boolean): string | undefined {
    const outcome = this.intake.takeFile(content, isGone);
    return isRefusal(outcome) ? outcome.message : undefined;
  }

  origin(from: Origin['from']): Origin {
    return { run: this.run.run, runName: this.run.name, from };
  }
}

function wordsOf(fault: ListenFault): string {
  return typeof fault === 'object' ? fault.other : fault;
}

/** Run ids come from outside: what is no plain name becomes one. */
function folderName(run: RunId): string {
  return /^[\w-]{1,80}$/.test(run) ? run : createHash('sha256').update(run).digest('hex');
}
