import type { RunId } from '../model/ids';
import type { EngineApi, RunInfo, SessionEndpoint } from '../protocol/engine';

interface OpenSession {
  readonly opened: RunInfo;
  readonly port: number;
  /** The run that its port feeds now, when the debugger restarted the program. */
  readonly current?: RunInfo;
}

/** The debug sessions whose programs still send, so that an engine that was started anew can take up their ports again. */
export class OpenSessions {
  private readonly byRun = new Map<RunId, OpenSession>();

  opened(info: RunInfo, endpoint: SessionEndpoint): void {
    this.byRun.set(info.run, { opened: info, port: Number(new URL(endpoint.url).port) });
  }

  restarted(session: RunId, next: RunInfo): void {
    const known = this.byRun.get(session);
    if (known) this.byRun.set(session, { ...known, current: next });
  }

  closed(session: RunId): void {
    this.byRun.delete(session);
  }

  async reopen(api: EngineApi): Promise<void> {
    for (const { opened, port, current } of [...this.byRun.values()]) {
      await api.openSession(opened, port);
      if (current) await api.restartSession(opened.run, current);
    }
  }
}
