import type { RunId } from '../../model/ids';
import type { RunInfo, SessionEndpoint } from '../../protocol/engine';
import type { Runs, RunStore } from '../debug/runs';
import type { EngineClient } from '../engineClient';

/** A port that terminals send to. It outlives the window's reload, as terminals do. */
export interface TerminalSession {
  readonly opened: RunInfo;
  readonly port: number;
  /** Of the terminal's shell; undefined for the session that all terminals share. */
  readonly shell?: number;
  /** The run of the command that was started last. */
  readonly current?: RunInfo;
}

const KEY = 'spanline.terminals';
const KEPT = 20;

/** Sessions of terminals at the engine, and which run each feeds: that of the command that was started last. */
export class TerminalSessions {
  private readonly current = new Map<RunId, RunInfo>();

  constructor(
    private readonly engine: EngineClient,
    private readonly runs: Runs,
    private readonly kept: RunStore,
  ) {}

  async open(name: string): Promise<{ readonly info: RunInfo; readonly endpoint: SessionEndpoint }> {
    const info = this.runs.next(name);
    return { info, endpoint: await this.engine.openSession(info) };
  }

  /** Takes up the port again that programs in terminals of before name. */
  async reopen({ opened, port, current }: TerminalSession): Promise<SessionEndpoint> {
    const endpoint = await this.engine.openSession(opened, port);
    if (current) {
      this.current.set(opened.run, current);
      await this.engine.restartSession(opened.run, current);
    }
    return endpoint;
  }

  /** Remembers the session for the window's next life. */
  remember(opened: RunInfo, { url }: SessionEndpoint, shell?: number): void {
    const port = Number(new URL(url).port);
    const current = this.current.get(opened.run);
    const session = { opened, port, ...(shell !== undefined && { shell }), ...(current && { current }) };
    this.keep([...this.remembered.filter((each) => each.opened.run !== opened.run), session]);
  }

  get remembered(): readonly TerminalSession[] {
    const sessions = this.kept.get(KEY);
    return Array.isArray(sessions) ? sessions.filter(isSession) : [];
  }

  commandStarted({ run }: RunInfo, name: string): void {
    this.commandEnded(run, undefined);
    const next = this.runs.next(name);
    this.current.set(run, next);
    this.keep(this.remembered.map((each) => (each.opened.run === run ? { ...each, current: next } : each)));
    void this.engine.restartSession(run, next);
  }

  /** `session`: the run it was opened with. */
  commandEnded(session: RunId, exitCode: number | undefined): void {
    const ended = this.current.get(session);
    if (!ended) return;
    this.current.delete(session);
    this.runs.note(ended.run, { endedAt: Date.now(), ...(exitCode !== undefined && { exitCode }) });
  }

  close({ run }: RunInfo): void {
    this.commandEnded(run, undefined);
    this.runs.note(run, { endedAt: Date.now() });
    this.keep(this.remembered.filter(({ opened }) => opened.run !== run));
    void this.engine.closeSession(run, true);
  }

  private keep(sessions: readonly TerminalSession[]): void {
    void this.kept.update(KEY, sessions.slice(-KEPT));
  }
}

function isSession(value: unknown): value is TerminalSession {
  const { opened, port } = (value ?? {}) as Partial<TerminalSession>;
  return typeof opened?.run === 'string' && typeof opened.name === 'string' && typeof port === 'number';
}
