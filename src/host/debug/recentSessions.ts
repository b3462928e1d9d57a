import type { LeftAlone } from './launchTarget';

/** What became of one start of the debugger. */
export interface RecentSession {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Undefined: the program was given the preload. */
  readonly leftAlone?: LeftAlone['reason'];
  /** It was given an endpoint to export to, and no preload. */
  readonly byEndpoint?: boolean;
}

const KEPT = 5;

/** The last starts of the debugger that concern us, for whoever asks why nothing arrives. */
export class RecentSessions {
  private sessions: readonly RecentSession[] = [];

  note(session: RecentSession): void {
    this.sessions = [session, ...this.sessions.filter(({ name }) => name !== session.name)].slice(0, KEPT);
  }

  /** Newest first, each name once. */
  get all(): readonly RecentSession[] {
    return this.sessions;
  }
}
