import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { Emitter } from '../../base/emitter';
import { errorMessage, type Log } from '../../base/log';
import type { EngineClient } from '../engineClient';
import { withTimeout } from '../withTimeout';
import { FACTS_EXPRESSION, parseFacts, type ProgramFacts } from './programFacts';
import type { SilentProgram } from './whyNoSpans';

export interface DebuggedProgramsOptions {
  readonly engine: EngineClient;
  readonly log: Log;
  /** Whether the session is one of a program that we entered. */
  isOurs(session: vscode.DebugSession): boolean;
}

/** A program that starts a server is up by then. */
const PATIENCE_MS = 10_000;
const LOOK_TIMEOUT_MS = 2_000;
const NODE_PROCESS = 'pwa-node';

/** The debug sessions that run, and whether spans have come since they began. */
export class DebuggedPrograms implements Disposable {
  private readonly disposables = new Disposables();
  private readonly sessions = new Map<string, vscode.DebugSession>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly changes: Emitter<string | undefined>;
  private silentName: string | undefined;
  private spansAtSilence = 0;

  constructor(private readonly parts: DebuggedProgramsOptions) {
    const { engine, log } = parts;
    this.changes = new Emitter((error) => log.error(`Debugged programs: ${errorMessage(error)}`));
    this.disposables.add(vscode.debug.onDidStartDebugSession((session) => this.started(session)));
    this.disposables.add(vscode.debug.onDidTerminateDebugSession((session) => this.ended(session)));
    this.disposables.add(engine.onStatus(({ spans }) => spans !== this.spansAtSilence && this.setSilent(undefined)));
    this.disposables.onDispose(() => this.waiting.forEach((timer) => clearTimeout(timer)));
  }

  /** Name of a program that has run for a while without any span having come; told of when it changes. */
  get silent(): string | undefined {
    return this.silentName;
  }

  get onSilence(): Emitter<string | undefined>['on'] {
    return this.changes.on;
  }

  /** Looks inside every program that runs. Where there are processes below a session, they are looked at instead of it. */
  async look(): Promise<SilentProgram[]> {
    const ours = [...this.sessions.values()];
    const leaves = ours.filter(({ id }) => !ours.some(({ parentSession }) => parentSession?.id === id));
    return Promise.all(
      leaves.map(async (session) => ({ name: rootOf(session).name, facts: await this.facts(session) })),
    );
  }

  dispose(): void {
    this.disposables.dispose();
    this.changes.dispose();
  }

  private started(session: vscode.DebugSession): void {
    if (!this.parts.isOurs(session)) return;
    this.sessions.set(session.id, session);
    if (session.parentSession) return;
    const spans = this.parts.engine.status?.spans ?? 0;
    const ask = (): void => {
      this.waiting.delete(session.id);
      const now = this.parts.engine.status?.spans ?? 0;
      if (now === spans) this.setSilent(session.name, now);
    };
    this.waiting.set(session.id, setTimeout(ask, PATIENCE_MS));
  }

  private ended(session: vscode.DebugSession): void {
    this.sessions.delete(session.id);
    clearTimeout(this.waiting.get(session.id));
    this.waiting.delete(session.id);
    if (session.name === this.silentName) this.setSilent(undefined);
  }

  private setSilent(name: string | undefined, spans = 0): void {
    this.spansAtSilence = spans;
    if (name === this.silentName) return;
    this.silentName = name;
    this.changes.fire(name);
  }

  private async facts(session: vscode.DebugSession): Promise<ProgramFacts | undefined> {
    if (session.type !== NODE_PROCESS) return undefined;
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

function rootOf(session: vscode.DebugSession): vscode.DebugSession {
  let root = session;
  while (root.parentSession) root = root.parentSession;
  return root;
}
