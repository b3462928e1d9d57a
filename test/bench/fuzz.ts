// A million damaged requests. Four in five go straight into what lies behind the sockets (decompression, JSON, the road into the
// stores) with an oracle beside it; the others through the real receiver of an engine in its worker, as the product runs it.
//   npm run bench -- fuzz [--quick] [--seed=<number>] [--requests=<number>]
// A case is made from the seed and its number alone: `case 4711` is the same one in every run with that seed.
import { createBirpc } from 'birpc';
import { build } from 'esbuild';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RunId } from '../../src/model/ids';
import type { EngineApi, EngineEvents, EngineOptions } from '../../src/protocol/engine';
import { QUIET_ENGINE } from '../support/engineSettings';
import type { DirectReport, DirectWork } from './fuzz/direct';
import { canCollect, type Memory, memoryText, settledMemory, TELLS_MEMORY } from './fuzz/memory';
import { Patience, TELLS_TASK } from './fuzz/patience';
import { sendCases, type SocketTally, type Transport } from './fuzz/sockets';

const FULL = 1_000_000;
const QUICK = 20_000;
/** Requests of every hundred. */
const SHARES = { direct: 80, http: 15, grpc: 4, raw: 1 } as const;
/** Tenths of the requests, before memory is looked at for the first time. */
const WARM_UP = 3;
const RUN = 'fuzz';
const ROOT = join(import.meta.dirname, '../..');

interface Findings {
  readonly crashes: string[];
  readonly hangs: string[];
  readonly disagreements: string[];
  judged: number;
  compared: number;
}

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const seed = option('seed') ?? 1;
  const total = option('requests') ?? (quick ? QUICK : FULL);
  canCollect();
  const folder = await mkdtemp(join(tmpdir(), 'spanline-fuzz-'));
  const findings: Findings = { crashes: [], hangs: [], disagreements: [], judged: 0, compared: 0 };
  const tally: SocketTally = { requests: 0, hangs: findings.hangs, failures: findings.crashes, statuses: new Map() };
  try {
    const files = await bundles(folder);
    const engine = await startEngine(files.engine, folder, findings);
    const direct = new DirectRunner(files.direct, findings);
    let handedOver = 0;
    const part = async (from: number, to: number) => {
      const range = (kind: keyof typeof SHARES) => {
        const size = Math.round((total * SHARES[kind]) / 100);
        return { seed, from: Math.round(size * from), to: Math.round(size * to), run: RUN };
      };
      const transports: readonly Transport[] = ['http', 'grpc', 'raw'];
      const [{ from: first, to: last }] = await Promise.all([
        direct.run(range('direct')),
        (async () => {
          for (const each of transports)
            await sendCases(each, engine.port, shifted(range(each), each), tally, patience);
        })(),
      ]);
      handedOver += last - first;
    };
    let before: Memory | undefined;
    let after = await settledMemory();
    const patience = new Patience(() => [engine.thread]);
    for (let tenth = 0; tenth < 10; tenth++) {
      if (tenth === WARM_UP) before = after;
      await part(tenth / 10, (tenth + 1) / 10);
      const { crashes, hangs, disagreements } = findings;
      const found = `${crashes.length} crashes, ${hangs.length} hangs, ${disagreements.length} disagreements`;
      after = await settledMemory();
      const store = `store ${await engine.storeMegabytes()} MB`;
      console.log(`${(handedOver + tally.requests).toLocaleString('en').padStart(11)} requests: ${found}`);
      console.log(`            ${memoryText(after)}; ${store}`);
    }
    const growth = (of: keyof Memory) => Math.round((after[of] - (before?.[of] ?? 0)) * 10) / 10;
    await expectAlive(engine, findings);
    await Promise.all([engine.stop(), direct.stop()]);

    const figures = {
      requests: handedOver + tally.requests,
      crashes: findings.crashes.length,
      hangs: findings.hangs.length,
      rss_growth_mb: growth('rss'),
      objects_growth_mb: growth('objects'),
      buffers_growth_mb: growth('buffers'),
      spare_heap_growth_mb: growth('spare'),
      oracle_disagreements: findings.disagreements.length,
      judged_by_oracle: findings.judged,
      spans_and_records_compared: findings.compared,
      through_sockets: tally.requests,
      seed,
    };
    tell(findings, tally, figures);
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function option(name: string): number | undefined {
  const given = process.argv.find((each) => each.startsWith(`--${name}=`));
  return given === undefined ? undefined : Number(given.slice(name.length + 3));
}

/** Numbers of their own for each transport, so that no case comes twice. */
function shifted(range: { seed: number; from: number; to: number; run: string }, transport: Transport) {
  const by = { http: 10_000_000, grpc: 20_000_000, raw: 30_000_000 }[transport];
  return { ...range, from: range.from + by, to: range.to + by };
}

function tell(findings: Findings, tally: SocketTally, figures: Readonly<Record<string, number>>): void {
  for (const [name, list] of Object.entries({ ...findings, judged: [], compared: [] }))
    for (const each of list.filter((text) => text !== '').slice(0, 20)) console.log(`${name}: ${each}`);
  console.log('answers through sockets');
  for (const [outcome, count] of [...tally.statuses].sort((a, b) => b[1] - a[1]))
    console.log(`  ${outcome.slice(0, 60).padEnd(60)} ${count.toLocaleString('en').padStart(9)}`);
  for (const [name, figure] of Object.entries(figures))
    console.log(`${name.padEnd(28)} ${figure.toLocaleString('en').padStart(11)}`);
}

/** The worker of direct.ts, started anew behind a case that hangs or ends it. */
class DirectRunner {
  private worker: Worker | undefined;

  constructor(
    private readonly file: string,
    private readonly findings: Findings,
  ) {}

  async run({ seed, from, to }: { seed: number; from: number; to: number }): Promise<{ from: number; to: number }> {
    let start = from;
    while (start < to) start = await this.runOnce(seed, start, to);
    return { from, to };
  }

  /** The number of the case to go on with. */
  private async runOnce(seed: number, from: number, to: number): Promise<number> {
    this.worker ??= new Worker(this.file);
    const { worker, findings } = this;
    const work: DirectWork = { seed, from, to, progress: new SharedArrayBuffer(4) };
    const at = new Int32Array(work.progress);
    let watch: NodeJS.Timeout | undefined;
    const stuck = new Promise<'stuck'>((resolve) => {
      const patience = new Patience(() => [worker.threadId]);
      let [seen, since] = [-1, patience.begin()];
      watch = setInterval(() => {
        const now = Atomics.load(at, 0);
        if (now !== seen) [seen, since] = [now, patience.begin()];
        else if (patience.left(since) === 0) resolve('stuck');
      }, 250);
    });
    worker.postMessage(work);
    const outcome = await Promise.race([
      once(worker, 'message').then(([report]) => report as DirectReport),
      stuck,
    ]).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    clearInterval(watch);
    if (outcome !== 'stuck' && !(outcome instanceof Error)) {
      findings.crashes.push(...outcome.crashes);
      findings.disagreements.push(...outcome.disagreements);
      findings.judged += outcome.judged;
      findings.compared += outcome.compared;
      return to;
    }
    const last = Atomics.load(at, 0);
    (outcome === 'stuck' ? findings.hangs : findings.crashes).push(`case ${last}: ${String(outcome)}`);
    this.worker = undefined;
    await worker.terminate();
    return last + 1;
  }

  async stop(): Promise<void> {
    this.worker?.postMessage('close');
    if (this.worker) await once(this.worker, 'exit');
  }
}

interface EngineHandle {
  readonly port: number;
  /** Number of its worker. */
  readonly thread: number;
  /** As it says itself. */
  storeMegabytes(): Promise<number>;
  stop(): Promise<void>;
}

async function startEngine(file: string, storageDir: string, findings: Findings): Promise<EngineHandle> {
  const options: EngineOptions = {
    ...QUIET_ENGINE,
    storageDir,
    maxStoreBytes: 16 * 2 ** 20,
    maxRequestBytes: 8 * 2 ** 20,
    maxJournalBytes: 16 * 2 ** 20,
    redaction: { secrets: 'mask', personalData: 'warn', keys: [] },
  };
  const worker = new Worker(file, { workerData: options });
  worker.on('error', (error) => findings.crashes.push(`the engine ended: ${error.stack ?? error.message}`));
  const events: Partial<EngineEvents> = {
    changed() {},
    status() {},
    log: (level, message) => void (level === 'error' && findings.crashes.push(`the engine logged: ${message}`)),
  };
  const api = createBirpc<EngineApi, EngineEvents>(events as EngineEvents, {
    post: (message) => worker.postMessage(message),
    on: (listener) => worker.on('message', listener),
  });
  const { url } = await api.openSession({ run: RUN as RunId, name: RUN, startedAt: Date.now() });
  return {
    port: Number(new URL(url).port),
    thread: worker.threadId,
    storeMegabytes: async () => Math.round((await api.status()).bytes / 2 ** 20),
    stop: async () => {
      await api.shutdown();
      await worker.terminate();
    },
  };
}

/** The engine has to take a request and find its span, after all that. */
async function expectAlive({ port }: EngineHandle, { crashes }: Findings): Promise<void> {
  const ids = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, name: 'alive' }] }] }] });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/traces`, { method: 'POST', headers, body });
  if (answer.status !== 200) crashes.push(`a good request is answered with ${answer.status}`);
}

async function bundles(folder: string): Promise<{ engine: string; direct: string }> {
  const entryPoints = { engine: join(ROOT, 'src/engine/main.ts'), direct: join(import.meta.dirname, 'fuzz/direct.ts') };
  await build({
    entryPoints,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    banner: { js: TELLS_TASK + TELLS_MEMORY },
    logLevel: 'error',
    outdir: folder,
  });
  return { engine: join(folder, 'engine.js'), direct: join(folder, 'direct.js') };
}
