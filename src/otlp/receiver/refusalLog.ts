import type { Log } from '../../base/log';
import type { Refusal } from '../rpcStatus';

const SILENCE_MS = 60_000;
/** Senders may make messages up without end. */
const MAX_REMEMBERED = 100;
/** Characters. */
const LONGEST_REQUEST = 100;
/** Statuses of what is over, too much at the moment, our own fault, or a circle. */
const PASSING = new Set([409, 500, 503, 508]);

/**
 * Tells of refused requests, each fault once a minute: most exporters show their user nothing of an answer, so that our log is
 * where the remedy is found.
 */
export class RefusalLog {
  private readonly told = new Map<string, number>();

  /** `onRefused`: told of each, but for those that say nothing of what the sender does wrong. */
  constructor(
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
    private readonly onRefused: (request: string, message: string) => void = () => {},
  ) {}

  /** `request`: method and path. */
  tell(request: string, { status, message }: Refusal): void {
    // A browser that looks at the port is nobody's lost span.
    const isLook = request.startsWith('GET ');
    if (!isLook && !PASSING.has(status)) this.onRefused(request.slice(0, LONGEST_REQUEST), message);
    const line = `Refused ${request.slice(0, LONGEST_REQUEST)} with ${status}: ${message}`;
    const toldAt = this.told.get(message);
    const isNews = !isLook && (toldAt === undefined || this.now() - toldAt > SILENCE_MS);
    if (!isNews) return this.log.debug(line);
    if (this.told.size >= MAX_REMEMBERED) this.told.clear();
    this.told.set(message, this.now());
    this.log.warn(line);
  }
}
