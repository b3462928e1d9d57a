import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base/log';
import { PreloadIntake } from '../../../src/engine/preloadIntake';
import type { RunId, TraceId } from '../../../src/model/ids';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import type { PostResult } from '../../../src/preload/capture/connection';
import { RecordedSpan } from '../../../src/preload/capture/recordedSpan';
import type { ReadableSpan } from '../../../src/preload/capture/sdkTypes';
import { CallSites } from '../../../src/sources/callSites';
import { SpanStore } from '../../../src/store/spanStore';
import { RecorderBench } from './recorderBench';
import { endedSpan } from './spans';

const RUN = 'run-1' as RunId;
const TRACE = '0af7651916cd43dd8448eb211c80319c' as TraceId;
/** All that waits for a timer of the recorder's is on its way by then. */
const LONG_MS = 60_000;

/** The engine as far as spans go through it. */
class Taking {
  private readonly store = new SpanStore({ maxBytes: 16 * 2 ** 20, log: silentLog });
  private readonly intake = new PreloadIntake(
    new CallSites(silentLog),
    ({ request, thread, last }) => {
      const { rejected } = this.store.append(request, { run: RUN, runName: 'run', from: 'preload', thread, last });
      return { rejected };
    },
    () => {},
    () => {},
    silentLog,
  );

  constructor() {
    this.store.live.runBegan(RUN);
  }

  take(body: string): void {
    expect(this.intake.take(Buffer.from(body))).toEqual({ rejected: 0 });
  }

  lookAt(journal: string): void {
    this.intake.takeUnsent(Buffer.from(journal));
  }

  snapshot(text: string): void {
    this.intake.takeSnapshot(text);
  }

  /** What is known of each span, by its name. */
  get known(): Record<string, string> {
    const columns = this.store.trace(TRACE);
    if (!columns) return {};
    const states = [...columns.flags].map((flags, row) => {
      const state = flags & SPAN_FLAG.open ? (flags & SPAN_FLAG.running ? 'running' : 'never ended') : 'ended';
      return [columns.names[columns.name[row]], state] as const;
    });
    expect(new Set(states.map(([name]) => name)).size, 'each span once').toBe(states.length);
    return Object.fromEntries(states);
  }
}

/** A program and an engine with all between them that can go wrong. */
class World {
  readonly truth: Record<string, string> = {};
  readonly engine = new Taking();
  private readonly bench = new RecorderBench({ journal: true, post: (body, done) => (this.waiting = { body, done }) });
  private readonly open: ReadableSpan[] = [];
  private waiting: { readonly body: string; readonly done: (result: PostResult) => void } | undefined;
  /** Requests that were given up, and still are on their way. */
  private readonly late: string[] = [];
  private readonly looks: string[] = [];
  private spans = 0;

  start(): void {
    const name = `s${++this.spans}`;
    const context = { traceId: TRACE, spanId: this.spans.toString(16).padStart(16, '0'), traceFlags: 1 };
    const span = { ...endedSpan({ name, spanContext: () => context }), ended: false };
    this.open.push(span);
    this.truth[name] = 'running';
    this.bench.recorder.spanStarted(new RecordedSpan(span));
  }

  end(which: number): void {
    const [span] = this.open.splice(which % Math.max(1, this.open.length), 1);
    if (!span) return;
    this.truth[span.name] = 'ended';
    this.bench.recorder.spanEnded(Object.assign(span, { ended: true }));
  }

  pass(ms: number): void {
    this.bench.pass(ms);
  }

  /** What is under way is taken or not, and the answer comes through or not. */
  answer({ taken, heard }: { readonly taken: boolean; readonly heard: boolean }): void {
    const { waiting } = this;
    if (!waiting) return;
    this.waiting = undefined;
    if (taken) this.engine.take(waiting.body);
    else this.late.push(waiting.body);
    waiting.done(taken && heard ? 'taken' : 'failed');
  }

  arriveLate(which: number): void {
    const [body] = this.late.splice(which % Math.max(1, this.late.length), 1);
    if (body) this.engine.take(body);
  }

  /** The file is read now, and looked at perhaps when it has long changed. */
  readJournal(): void {
    this.looks.push(this.bench.journal);
  }

  lookAtJournal(which: number): void {
    const [journal] = this.looks.splice(which % Math.max(1, this.looks.length), 1);
    if (journal) this.engine.lookAt(journal);
  }

  snapshot(): void {
    this.engine.snapshot(this.bench.recorder.snapshot());
  }

  /** Everything works again, and what was on its way arrives. */
  settle(): void {
    for (let quiet = 0; quiet < 2; quiet = this.waiting ? 0 : quiet + 1) {
      this.answer({ taken: true, heard: true });
      this.pass(LONG_MS);
    }
    while (this.late.length > 0) this.arriveLate(this.late.length - 1);
    while (this.looks.length > 0) this.lookAtJournal(0);
  }
}

const which = fc.nat({ max: 50 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant((world: World) => world.start()) },
  { weight: 4, arbitrary: which.map((at) => (world: World) => world.end(at)) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 400 }).map((ms) => (world: World) => world.pass(ms)) },
  {
    weight: 3,
    arbitrary: fc
      .record({ taken: fc.boolean(), heard: fc.boolean() })
      .map((answer) => (world: World) => world.answer(answer)),
  },
  { weight: 1, arbitrary: which.map((at) => (world: World) => world.arriveLate(at)) },
  { weight: 1, arbitrary: fc.constant((world: World) => world.readJournal()) },
  { weight: 1, arbitrary: which.map((at) => (world: World) => world.lookAtJournal(at)) },
  { weight: 1, arbitrary: fc.constant((world: World) => world.snapshot()) },
);

describe('what runs and what has ended', () => {
  // A second try would draw other cases, and hide what the first one found.
  test('is told alike by program and engine, whatever is lost, late or told twice between them', { retry: 0 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 120 }), (steps) => {
        const world = new World();
        for (const each of steps) each(world);
        world.settle();
        expect(world.engine.known).toEqual(world.truth);
      }),
      { numRuns: 150 },
    );
  });
});
