import type { Disposable } from '../../../src/base/disposables';
import type { SpanId, TraceId } from '../../../src/model/ids';
import type { WaterfallHost } from '../../../src/protocol/waterfall';

/** Between a key and the question, so that a word is asked for once. */
const DELAY_MS = 150;
const NONE: readonly SpanId[] = [];

/** Asks the engine for spans by what the rows do not hold: attributes, events, messages. */
export class SpanFinder implements Disposable {
  private key = '';
  private found = NONE;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Pick<WaterfallHost, 'findSpans'>,
    private readonly tell: (found: readonly SpanId[]) => void,
  ) {}

  /** What is known by now; what the engine finds is told when it comes. */
  want(traceId: TraceId, query: string): readonly SpanId[] {
    const filter = query.trim();
    const key = `${traceId} ${filter}`;
    if (key !== this.key) this.found = NONE;
    this.key = key;
    clearTimeout(this.timer);
    if (filter) this.timer = setTimeout(() => void this.ask(key, traceId, filter), DELAY_MS);
    return this.found;
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async ask(key: string, traceId: TraceId, filter: string): Promise<void> {
    let found: readonly SpanId[];
    try {
      found = await this.host.findSpans(traceId, filter);
    } catch {
      return; // what the rows themselves hold was found already
    }
    if (key !== this.key || (found.length === 0 && this.found.length === 0)) return;
    this.found = found;
    this.tell(found);
  }
}
