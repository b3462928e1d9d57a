import { captureStack, framesOf, type RawStack } from './callStack';
import { chooseFrames, FrameReader, type Frame } from './frames';
import { Governor, type Remembered } from './governor';
import { StackDepth } from './stackDepth';

/** Distinct call sites remembered before all start anew. */
const MOST_SITES = 20_000;

/** Where spans are started: the user's frames, one object per distinct list of them. */
export interface CallSite {
  readonly frames: readonly Frame[];
}

/** The site of one span: a raw stack until it is resolved. */
export class PendingSite implements RawStack {
  stack?: unknown;
  depth: StackDepth | undefined;
  memory: Remembered<CallSite> | undefined;
  resolved: CallSite | undefined;
  /** The site is that of earlier spans of the same tracer and name. */
  inferred = false;
}

/** Takes stacks while spans start (hot) and turns them into call sites later (cold). */
export class CallSites {
  private readonly reader: FrameReader;
  private readonly governor: Governor<CallSite>;
  private readonly depths = new WeakMap<object, StackDepth>();
  private readonly sites = new Map<string, CallSite>();

  constructor(home: string, now: () => number, hasMap: (file: string) => boolean) {
    this.reader = new FrameReader(home, hasMap);
    this.governor = new Governor(now);
  }

  /** `below` is the function whose caller counts. */
  take(tracer: object, spanName: string, below: (...args: never[]) => unknown): PendingSite {
    const pending = new PendingSite();
    const memory = this.governor.memory(tracer, spanName);
    const known = memory?.recall();
    if (known) {
      pending.resolved = known;
      pending.inferred = true;
      return pending;
    }
    pending.memory = memory;
    pending.depth = this.depthOf(tracer);
    captureStack(pending, below, pending.depth.limit);
    return pending;
  }

  /** Formats the stack on the first call; undefined where no frame is the user's. */
  resolve(pending: PendingSite): CallSite | undefined {
    const { depth, memory } = pending;
    if (!depth) return pending.resolved;
    pending.depth = pending.memory = undefined;
    const { frames, skipped } = chooseFrames(framesOf(pending), (raw) => this.reader.read(raw));
    pending.stack = undefined;
    depth.learn(skipped);
    pending.resolved = frames.length > 0 ? this.siteOf(frames) : undefined;
    memory?.learn(pending.resolved);
    return pending.resolved;
  }

  private depthOf(tracer: object): StackDepth {
    let depth = this.depths.get(tracer);
    if (!depth) this.depths.set(tracer, (depth = new StackDepth()));
    return depth;
  }

  private siteOf(frames: readonly Frame[]): CallSite {
    const key = frames.map((frame) => frame.id).join();
    let site = this.sites.get(key);
    if (site) return site;
    if (this.sites.size >= MOST_SITES) this.sites.clear();
    site = { frames };
    this.sites.set(key, site);
    return site;
  }
}
