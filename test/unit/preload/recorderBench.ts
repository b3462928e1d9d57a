import { parseBody, parseLines, type Parsed } from '../../../src/engine/preloadBatches';
import { BatchEncoder } from '../../../src/preload/capture/batch';
import { CallSites } from '../../../src/preload/capture/callSites';
import type { PostResult } from '../../../src/preload/capture/connection';
import { MemoryMaps } from '../../../src/preload/capture/memoryMaps';
import { RecordedSpan, type CallSite } from '../../../src/preload/capture/recordedSpan';
import { Recorder } from '../../../src/preload/capture/recorder';
import { Resources } from '../../../src/preload/capture/resources';
import { RouteSites } from '../../../src/preload/capture/routes/routeSites';
import type { ReadableSpan } from '../../../src/preload/capture/sdkTypes';
import { Sender } from '../../../src/preload/capture/sender';
import { Spool } from '../../../src/preload/capture/spool';
import type { Host } from '../../../src/preload/host';
import type { PreloadBatch } from '../../../src/protocol/preload';
import { endedSpan } from './spans';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

interface RecorderBenchOptions {
  readonly inlineMaps?: ReadonlyMap<string, string>;
  /** Whether the engine takes what it is sent. */
  readonly answers?: boolean;
  readonly eager?: boolean;
  /** There is a place for a journal. */
  readonly journal?: boolean;
  readonly thread?: number;
  /** In place of an engine that answers at once. */
  readonly post?: (body: string, done: (result: PostResult) => void) => void;
}

/** A recorder whose clock, timers, engine and files are ours. */
export class RecorderBench {
  /** Requests to the engine, each with its parts of batches. */
  readonly posted: PreloadBatch[][] = [];
  readonly spooled: PreloadBatch[] = [];
  /** Each time that something was written to the journal: its lines. */
  readonly noted: PreloadBatch[][] = [];
  readonly recorder: Recorder;
  now = 1000;
  private timers: Timer[] = [];

  constructor({
    inlineMaps = new Map(),
    answers = true,
    eager = false,
    journal = false,
    thread = 0,
    post,
  }: RecorderBenchOptions = {}) {
    const host = this.host(inlineMaps, eager, thread);
    const now = () => this.now;
    const resources = new Resources(now);
    const maps = new MemoryMaps(inlineMaps);
    const callSites = new CallSites('/nowhere/', now, () => false);
    const encoder = new BatchEncoder({ pid: 7, thread: 0 }, callSites, new RouteSites(callSites), maps, resources);
    const sender = new Sender({
      post: (body, done) => {
        this.posted.push(JSON.parse(body) as PreloadBatch[]);
        if (post) post(body, done);
        else if (answers) done('taken');
      },
      timers: host.timers,
      outsideContext: host.outsideContext,
      onLost: ({ maps }) => encoder.resend(maps),
      onTaken: () => this.recorder.batchesTaken(),
      onGivenUp: () => this.recorder.abandon(),
    });
    const spool = new Spool(journal ? '/spool' : undefined, { pid: 7, thread: 0 }, host.files);
    spool.write = (parts) => this.spooled.push(...wholeBatches(parseLines(Buffer.from(parts.join('')), false))) > 0;
    this.recorder = new Recorder(host, encoder, sender, spool, resources);
  }

  /** Batches sent to the engine, as it puts them together. */
  get sent(): PreloadBatch[] {
    return this.posted.flatMap((parts) => wholeBatches(parseBody(Buffer.from(JSON.stringify(parts)))));
  }

  /** What is in the journal now. */
  get journal(): string {
    const begun = this.noted.findLastIndex((lines) => lines.length === 0) + 1;
    return this.noted
      .slice(begun)
      .flat()
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');
  }

  /** Lets so many milliseconds pass. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const next = this.timers.sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.timers.shift();
      this.now = next.at;
      next.run();
    }
    this.now = until;
  }

  /** A span that started and ended. */
  end(name: string, changes: Partial<ReadableSpan> = {}, site?: CallSite): void {
    const span = endedSpan({ name, ...changes });
    const record = new RecordedSpan(span);
    record.site = site;
    this.recorder.spanStarted(record);
    this.recorder.spanEnded(span);
  }

  /** A span that goes on until the function that this gives is called. */
  start(name: string): () => void {
    const span = endedSpan({ name, ended: false });
    this.recorder.spanStarted(new RecordedSpan(span));
    return () => this.recorder.spanEnded(span);
  }

  private host(inlineMaps: ReadonlyMap<string, string>, eager: boolean, thread: number): Host {
    const setTimeout = (run: () => void, delay: number) => {
      this.timers.push({ at: this.now + delay, run });
      const timer = { unref: () => timer };
      return timer;
    };
    const setImmediate = (run: () => void) => {
      this.timers.push({ at: this.now, run });
    };
    return {
      settings: { endpoint: 'http://127.0.0.1:1', run: undefined, spool: undefined, eager },
      thread,
      home: '/nowhere/',
      timers: { setTimeout: setTimeout as never, clearTimeout, setImmediate: setImmediate as never, queueMicrotask },
      files: this.files(),
      now: () => this.now,
      outsideContext: (run) => run(),
      debug: () => {},
      inlineMaps,
      compiled: { before() {}, after() {} },
      esModules: { follow() {} },
      onGlobal: [],
    };
  }

  private files(): Host['files'] {
    const file = 9;
    return {
      openSync: () => file,
      writeSync: ((_file: number, bytes: Buffer) => {
        this.noted.push(
          bytes
            .toString()
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as PreloadBatch),
        );
        return bytes.length;
      }) as Host['files']['writeSync'],
      fsyncSync: () => {},
      ftruncateSync: () => void this.noted.push([]),
      closeSync: () => {},
      renameSync: () => {},
      writeFileSync: () => {},
    };
  }
}

function wholeBatches(parsed: Parsed): PreloadBatch[] {
  if ('fault' in parsed) throw new Error(parsed.fault);
  return parsed;
}

export const namesIn = (groups: readonly unknown[] | undefined) =>
  ((groups ?? []) as { scopeSpans: { spans: { name: string }[] }[] }[]).flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
  );
export const names = (batches: readonly PreloadBatch[]) =>
  batches.map(({ resourceSpans }) => namesIn(resourceSpans).join());
