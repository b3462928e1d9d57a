import type { CallFrame } from '../../protocol/preload';
import { captureStack, framesOf, type PoolCall, type RawStack, type StackFrame } from './callStack';
import { chooseFrames, FrameReader, type Frame } from './frames';
import { Governor, NamedSites } from './governor';
import type { CallSite, RecordedSpan } from './recordedSpan';
import { StackDepth } from './stackDepth';

/** Frames between a framework's inner function and the user's line, and some of the user's. */
const CALLER_DEPTH = 16;
/** Distinct call sites remembered before all start anew. */
const MOST_SITES = 20_000;
/** Frames that two sites must share to be taken for one: a helper's line alone does not tell where it was called. */
const LEAST_COMMON = 2;

/** What was learned from the spans of one tracer. */
export class TracerSites {
  readonly depth = new StackDepth();
  readonly names = new NamedSites<CallSite>(commonSite);
}

const PACKAGE = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;
/** Wraps what it instruments: its frames lie between others'. */
const INSTRUMENTATION = /^@opentelemetry\/instrumentation(-|$)/;

/** Takes stacks while spans start (hot) and turns them into call sites later (cold). */
export class CallSites {
  private readonly reader: FrameReader;
  private readonly governor: Governor;
  private readonly sites = new Map<string, CallSite>();
  private readonly places = new WeakMap<CallFrame, Frame>();

  /** `home`: folder of our own files. `hasMap`: we know the file's source map. */
  constructor(
    private readonly home: string,
    now: () => number,
    hasMap: (file: string) => boolean,
  ) {
    this.reader = new FrameReader(home, hasMap);
    this.governor = new Governor(now);
  }

  /** `below` is the function whose caller counts. */
  take(record: RecordedSpan, tracer: TracerSites, below: (...args: never[]) => unknown): void {
    if (this.governor.isHot()) {
      const memory = tracer.names.of(record.span.name);
      record.site = memory?.recall();
      record.inferred = record.site !== undefined;
      if (record.inferred) return;
      record.memory = memory;
    }
    record.depth = tracer.depth;
    captureStack((record.stack = {}), below, tracer.depth.limit);
  }

  /** The same by a call that was made before. */
  takeFrom(record: RecordedSpan, tracer: TracerSites, call: PoolCall): void {
    record.depth = tracer.depth;
    record.stack = call;
    record.call = call.outer;
  }

  /** Formats the stack on the first call; undefined where no frame is the user's, or where no stack was taken. */
  resolve(record: RecordedSpan): CallSite | undefined {
    const { depth, memory, call, stack } = record;
    if (!depth || !stack) return record.site;
    record.depth = record.memory = record.call = record.stack = undefined;
    const { frames, skipped } = this.framesAt(stack);
    let found: readonly Frame[] = frames;
    for (let outer = call; found.length === 0 && outer; outer = outer.outer) found = this.framesOfCall(outer);
    if (found === frames) depth.learn(skipped); // a stack that never reaches the user is no reason to look deeper
    record.site = found.length > 0 ? this.siteOf(found) : undefined;
    memory?.learn(record.site);
    return record.site;
  }

  private framesOfCall(call: PoolCall): readonly Frame[] {
    const place = call.place?.();
    if (!place) return this.framesAt(call).frames;
    let frame = this.places.get(place);
    if (!frame) this.places.set(place, (frame = this.reader.at(place)));
    return [frame];
  }

  private framesAt(stack: RawStack): ReturnType<typeof chooseFrames> {
    return chooseFrames(framesOf(stack), (raw) => this.reader.read(raw));
  }

  /** A stack outside the hot path, to be resolved by {@link callerOf}. */
  takeStack(below: (...args: never[]) => unknown): RawStack {
    const stack: RawStack = {};
    captureStack(stack, below, CALLER_DEPTH);
    return stack;
  }

  /** Who called into `packages`; undefined where that is neither the user nor Node, but another package. */
  callerOf(stack: RawStack, packages: ReadonlySet<string>): CallSite | undefined {
    const frames = framesOf(stack);
    const caller = frames.findIndex((frame) => !this.isBetween(fileOf(frame), packages));
    if (caller < 0 || !this.reader.read(frames[caller]).user) return undefined;
    return this.siteOf(chooseFrames(frames.slice(caller), (raw) => this.reader.read(raw)).frames);
  }

  /** Whether a frame of one of the packages lies in the stack. */
  passes(stack: RawStack, packages: ReadonlySet<string>): boolean {
    return framesOf(stack).some((frame) => packages.has(packageOf(fileOf(frame))));
  }

  /** Frames of Node, of nothing, of ours, and of the packages. */
  private isBetween(file: string, packages: ReadonlySet<string>): boolean {
    if (file === '' || file.startsWith('node:') || file.startsWith(this.home)) return true;
    const name = packageOf(file);
    return packages.has(name) || INSTRUMENTATION.test(name);
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

/** Also of modules that a bundler has evaluated one by one. */
export function fileOf(frame: StackFrame): string {
  return frame.getFileName() ?? frame.getScriptNameOrSourceURL() ?? '';
}

/** Of a file outside the packages nothing. */
function packageOf(file: string): string {
  return PACKAGE.exec(file)?.[1].replace('\\', '/') ?? '';
}

/** The frames at the top of both stacks, all of the shorter one's or at least {@link LEAST_COMMON}. */
export function commonSite(one: CallSite, other: CallSite): CallSite | undefined {
  if (one === other) return one;
  const length = Math.min(one.frames.length, other.frames.length);
  let same = 0;
  while (same < length && one.frames[same] === other.frames[same]) same++;
  if (same < Math.min(length, LEAST_COMMON)) return undefined;
  if (same === one.frames.length) return one;
  return same === other.frames.length ? other : { frames: one.frames.slice(0, same) };
}
