import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { Emitter } from '../../base/emitter';
import { errorMessage, type Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import { languageOf } from '../debug/languages';
import { rootOf } from '../debug/rootSession';
import type { EngineClient } from '../engineClient';
import { withTimeout } from '../withTimeout';
import { FACTS_EXPRESSION, parseFacts, type ProgramFacts, runsElsewhere } from './programFacts';
import type { Recording } from './recording';
import { type Look, untilInside } from './untilInside';
import type { SilentProgram } from './whyNoSpans';

export interface DebuggedProgramsOptions {
  readonly engine: EngineClient;
  readonly recording: Recording;
  readonly log: Log;
  /** The run that a session was opened with at the engine; undefined for sessions that are none of ours. */
  sessionRun(session: vscode.DebugSession): RunId | undefined;
  /** A program was prepared, and its session is not there yet. */
  isStarting(): boolean;
}

/** A program that starts a server is up by then. */
const PATIENCE_MS = 10_000;
const LOOK_TIMEOUT_MS = 2_000;
/** After its start the debugger is inside a program by then. */
const ENTER_LIMIT_MS = 20_000;
const ENTER_POLL_MS = 200;
const NODE_PROCESS = 'pwa-node';

interface Started {
  readonly session: vscode.DebugSession;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface LookedAt extends SilentProgram {
  /** Spans of its run have come. */
  readonly heard: boolean;
}

/** The debug sessions that run, and whether spans of theirs have come. */
export class DebuggedPrograms implements Disposable {
  private readonly disposables = new Disposables();
  private readonly sessions = new Map<string, Started>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly changes: Emitter<string | undefined>;
  private silentSession: vscode.DebugSession | undefined;

  constructor(private readonly parts: DebuggedProgramsOptions) {
    const { engine, log } = parts;
    const onError = (error: unknown): void => log.error(`Debugged programs: ${errorMessage(error)}`);
    this.changes = new Emitter(onError);
    this.disposables.add(vscode.debug.onDidStartDebugSession((session) => this.started(session)));
    this.disposables.add(vscode.debug.onDidTerminateDebugSession((session) => this.ended(session)));
    this.disposables.add(engine.onStatus(() => void this.askAgain()));
    this.disposables.onDispose(() => this.waiting.forEach((timer) => clearTimeout(timer)));
  }

  /** Name of a program that has run for a while without any span having come; told of when it changes. */
  get silent(): string | undefined {
    return this.silentSession?.name;
  }

  get onSilence(): Emitter<string | undefined>['on'] {
    return this.changes.on;
  }

  /** Looks inside every program that runs; for those that have just started it waits until the debugger can. */
  async look(): Promise<readonly LookedAt[]> {
    return untilInside(() => this.lookOnce(), { limitMs: ENTER_LIMIT_MS, pauseMs: ENTER_POLL_MS });
  }

  /** Where there are processes below a session, they are looked at instead of it. */
  private async lookOnce(): Promise<Look<LookedAt>> {
    const started = [...this.sessions.values()];
    const parents = new Set(started.map(({ session }) => session.parentSession?.id));
    const leaves = started.filter(({ session }) => !parents.has(session.id));
    const seen = await Promise.all(leaves.map(({ session }) => this.lookAt(session)));
    const since = Date.now() - ENTER_LIMIT_MS;
    const isEarly = ({ session, at }: Started, index: number): boolean =>
      seen[index].facts === undefined && isLookedInto(session) && at > since;
    return { seen, early: this.parts.isStarting() || leaves.some(isEarly) };
  }

  private async lookAt(session: vscode.DebugSession): Promise<LookedAt> {
    const [facts, heard] = await Promise.all([this.facts(session), this.isHeard(session)]);
    const { name, type } = rootOf(session);
    const language = languageOf(type)?.id;
    const elsewhere = facts !== undefined && runsElsewhere(facts, hostname());
    return { name, facts, heard, elsewhere, ...(language !== undefined && { language }) };
  }

  dispose(): void {
    this.disposables.dispose();
    this.changes.dispose();
  }

  private started(session: vscode.DebugSession): void {
    if (!this.parts.sessionRun(session)) return;
    this.sessions.set(session.id, { session, at: Date.now() });
    this.parts.recording.began(session.id);
    if (session.parentSession) return;
    const ask = async (): Promise<void> => {
      this.waiting.delete(session.id);
      if (!(await this.isHeard(session)) && this.sessions.has(session.id)) this.setSilent(session);
    };
    this.waiting.set(
      session.id,
      setTimeout(() => void ask(), PATIENCE_MS),
    );
  }

  /** True where the engine cannot be asked. */
  private async isHeard(session: vscode.DebugSession): Promise<boolean> {
    const run = this.parts.sessionRun(session);
    return run === undefined || this.parts.engine.ask((api) => api.isHeard(run), true);
  }

  private async askAgain(): Promise<void> {
    const session = this.silentSession;
    if (session && (await this.isHeard(session)) && session === this.silentSession) this.setSilent(undefined);
  }

  private ended(session: vscode.DebugSession): void {
    this.sessions.delete(session.id);
    this.parts.recording.ended(session.id);
    clearTimeout(this.waiting.get(session.id));
    this.waiting.delete(session.id);
    if (session === this.silentSession) this.setSilent(undefined);
  }

  private setSilent(session: vscode.DebugSession | undefined): void {
    if (session === this.silentSession) return;
    this.silentSession = session;
    this.changes.fire(session?.name);
  }

  private async facts(session: vscode.DebugSession): Promise<ProgramFacts | undefined> {
    if (!isLookedInto(session)) return undefined;
    try {
      const question = { expression: FACTS_EXPRESSION, context: 'clipboard' };
      const asking = Promise.resolve(session.customRequest('evaluate', question));
      const { result } = (await withTimeout(asking, LOOK_TIMEOUT_MS, 'its answer')) as { result?: unknown };
      const text: unknown = typeof result === 'string' ? JSON.parse(result) : undefined;
      return typeof text === 'string' ? parseFacts(text) : undefined;
    } catch (error) {
      this.parts.log.debug(`"${session.name}" cannot be looked into: ${errorMessage(error)}`);
      return undefined;
    }
  }
}

/** Without debugging there is no debugger inside. */
function isLookedInto({ type, configuration }: vscode.DebugSession): boolean {
  return type === NODE_PROCESS && configuration.noDebug !== true;
}
