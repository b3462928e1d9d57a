import type { RunId } from '../model/ids';
import type { Endpoint, RunInfo, SessionEndpoint } from '../protocol/engine';
import type { WorkspacePaths } from '../sources/paths/workspacePaths';
import type { Origin } from '../store/appender';
import { Session, type SessionHost } from './session';

/** The debug sessions of this window, each from the moment in which it is asked for. */
export class Sessions {
  private readonly asked = new Map<RunId, Promise<Session>>();
  private readonly opened = new Map<RunId, Session>();

  /** `changed`: others are open than before. */
  constructor(
    private readonly host: SessionHost,
    private readonly paths: Pick<WorkspacePaths, 'addRun'>,
    private readonly changed: () => void,
  ) {}

  /** One that is open already stays open. Throws when no port can be had. */
  async open(info: RunInfo, port: number | undefined): Promise<SessionEndpoint> {
    this.paths.addRun(info.run, info.pathMappings ?? []);
    let opening = this.asked.get(info.run);
    if (!opening) {
      opening = Session.open(info, port, this.host);
      this.asked.set(info.run, opening);
    }
    try {
      const session = await opening;
      session.stayOpen();
      this.opened.set(info.run, session);
      this.changed();
      return session.endpoint;
    } catch (error) {
      this.asked.delete(info.run);
      throw error;
    }
  }

  async restart(id: RunId, next: RunInfo): Promise<void> {
    this.paths.addRun(next.run, next.pathMappings ?? []);
    await (await this.asked.get(id))?.restart(next);
  }

  /** Once it is open; undefined for one that nobody asked for, or that is closed. */
  async get(id: RunId): Promise<Session | undefined> {
    return this.asked.get(id);
  }

  closed({ id }: Session): void {
    this.asked.delete(id);
    this.opened.delete(id);
    this.changed();
  }

  get endpoints(): Endpoint[] {
    return [...this.opened.values()].flatMap(({ endpoints }) => endpoints);
  }

  /** For what a program of the run exports; undefined when the run is no open session. */
  originOf(run: string): Origin | undefined {
    return this.opened.get(run as RunId)?.origin('otlp');
  }

  get runs(): RunId[] {
    return [...this.opened.keys()];
  }

  async shutdown(): Promise<void> {
    const sessions = await Promise.allSettled(this.asked.values());
    this.asked.clear();
    for (const session of sessions) if (session.status === 'fulfilled') await session.value.shutdown();
  }
}
