import type { Log } from '../../base/log';
import type { Refusal } from '../rpcStatus';

const SILENCE_MS = 60_000;
/** Senders may make messages up without end. */
const MAX_REMEMBERED = 100;

/**
 * Tells of refused requests, each fault once a minute: most exporters show their user nothing of an answer, so that our log is
 * where the remedy is found.
 */
export class RefusalLog {
  private readonly told = new Map<string, number>();

  constructor(
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** `request`: method and path. */
  tell(request: string, { status, message }: Refusal): void {
    const line = `Refused ${request.slice(0, 100)} with ${status}: ${message}`;
    const toldAt = this.told.get(message);
    // A browser that looks at the port is nobody's lost span.
    const isNews = !request.startsWith('GET ') && (toldAt === undefined || this.now() - toldAt > SILENCE_MS);
    if (!isNews) return this.log.debug(line);
    if (this.told.size >= MAX_REMEMBERED) this.told.clear();
    this.told.set(message, this.now());
    this.log.warn(line);
  }
}
