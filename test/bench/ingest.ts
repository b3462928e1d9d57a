// How many spans a second the engine takes in, from the socket to the statistics, with the engine in a worker of a process that has
// nothing else, and the sender in another process. Beside it what the same receiver does with nothing behind it, what a naive server
// does, and what the receivers of others do, which are installed on first use ("not available" without a network).
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunId } from '../../src/model/ids';
import type { EngineOptions } from '../../src/protocol/engine';
import { SETTING_DEFAULTS } from '../../src/protocol/settings';
import { engineThread } from './support/engineThread';
import { installPeers, startPeer, type Peer } from './support/ingestPeers';
import { hostDelayIn, ReceiverProcess, type Subject } from './support/receiverProcess';
import { quantile } from './support/quantiles';
import type { Rival } from './support/ingestRivals';
import type { Load, Mode, Sent } from './support/ingestSender';
import { Sender } from './support/sender';
import { QUIET_ENGINE } from '../support/engineSettings';

interface Round extends Sent {
  readonly spansPerSecond: number;
  readonly requestsPerSecond: number;
  /** Microseconds of the receiving process's time on the processor a span. */
  readonly cpuPerSpan: number;
}

interface Figure extends Round {
  /** Spans per second of the first round, in which nothing is warm. */
  readonly firstSpansPerSecond: number;
}

interface Target {
  readonly port: number;
  /** Forgets what it holds. */
  clear(): Promise<void>;
  /** Of the process that receives. */
  cpuMicros(): number | Promise<number>;
  stop(): Promise<void>;
}

const SPANS = 300_000;
/** And how many of the spans they get: the slow ones would take minutes. */
const PEERS: readonly (readonly [Peer, number])[] = [
  ['autotel', 0.02],
  ['mockotlp', 0.2],
];
/** What an engine needs for a span goes on falling until the compiler is through with its work, after some two million. */
const ROUNDS_BEFORE = 8;
/** The middle one counts: a neighbour on the machine may take from one of them. */
const ROUNDS = 3;

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'spanline-bench-'));
  const scale = quick ? 0.2 : 1;
  const figures: Record<string, number> = {};
  console.log('                     spans/s   requests/s   CPU µs/span   B/span');
  const measure = async (name: string, start: () => Promise<Target>, mode: Mode, batch: number, share = 1) => {
    const spans = Math.round(SPANS * scale * share);
    const figure = await measured(await start(), { mode, batch, spans, concurrency: 8, seed: 1 });
    console.log(rowOf(name, spans, figure));
    figures[`${name}_spans_s`] = Math.round(figure.spansPerSecond);
    if (batch === 1) figures[`${name}_requests_s`] = Math.round(figure.requestsPerSecond);
    return figure;
  };
  try {
    const [engineFile, rivalsFile] = await bundles(folder);
    let folders = 0;
    const asDelivered = (): EngineOptions => ({ ...AS_DELIVERED, storageDir: join(folder, String(++folders)) });
    const start = (subject: Subject) => ReceiverProcess.start(subject);
    const engine = () => start({ file: engineFile, workerData: asDelivered() });
    const withoutJournal = () => start({ file: engineFile, workerData: { ...asDelivered(), maxJournalBytes: 0 } });
    const rival = (workerData: Rival) => () => start({ file: rivalsFile, workerData });
    const http = await measure('http', engine, 'http', 512);
    figures.http_first_spans_s = Math.round(http.firstSpansPerSecond);
    console.log(`  an engine that has just started: ${figures.http_first_spans_s} spans/s`);
    const bare = await measure('http_no_journal', withoutJournal, 'http', 512);
    figures.journal_cpu_us_per_span = ratio(http.cpuPerSpan - bare.cpuPerSpan, 1);
    await measure('gzip', engine, 'gzip', 512);
    await measure('grpc', engine, 'grpc', 512);
    await measure('json', engine, 'json', 512, 0.4);
    const single = await measure('http_single', engine, 'http', 1, 0.2);
    await measure('grpc_single', engine, 'grpc', 1, 0.2);
    const nothing = await measure('null', rival('null'), 'http', 512);
    const nothingSingle = await measure('null_single', rival('null'), 'http', 1, 0.2);
    const naive = await measure('naive_http', rival('naive'), 'http', 512, 0.4);
    figures.http_to_naive = ratio(http.spansPerSecond, naive.spansPerSecond);
    figures.http_to_naive_cpu = ratio(naive.cpuPerSpan, http.cpuPerSpan);
    figures.http_to_null = ratio(http.spansPerSecond, nothing.spansPerSecond);
    figures.http_single_to_null = ratio(single.requestsPerSecond, nothingSingle.requestsPerSecond);
    const journal = join(folder, 'replay');
    await fillJournal(
      await start({ file: engineFile, workerData: { ...AS_DELIVERED, storageDir: journal } }),
      SPANS * 3 * scale,
    );
    Object.assign(figures, await replayed(engineFile, journal), await servedMeanwhile(engineFile, journal));
    await rm(journal, { recursive: true });
    const missing = await installPeers();
    for (const [kind, share] of PEERS) {
      const peer = missing === undefined && (await measure(`${kind}_http`, () => peerTarget(kind), 'http', 512, share));
      if (!peer) console.log(`${`${kind}_http`.padEnd(15)}   not available: ${missing}`);
      if (!peer) continue;
      figures[`http_to_${kind}`] = ratio(http.spansPerSecond, peer.spansPerSecond);
      figures[`http_to_${kind}_cpu`] = ratio(peer.cpuPerSpan, http.cpuPerSpan);
    }
    const load: Load = { mode: 'http', batch: 512, spans: Math.round(SPANS * 3 * scale), concurrency: 8, seed: 3 };
    const { idleMs, busyMs } = await hostDelayIn(engineFile, asDelivered(), load);
    figures.host_delay_ms_p99 = ratio(Math.max(0, busyMs - idleMs), 1);
    console.log(`the host's event loop is late by ${busyMs.toFixed(1)} ms (p99), idle by ${idleMs.toFixed(1)} ms`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return figures;
}

async function measured(target: Target, load: Load): Promise<Figure> {
  // One process for all: to start one makes this process write-protected for a while, which the receiver would pay for.
  const sender = new Sender();
  try {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS_BEFORE + ROUNDS; round++) rounds.push(await measuredRound(target, load, sender));
    const [{ spansPerSecond: firstSpansPerSecond }] = rounds;
    const counted = rounds.slice(ROUNDS_BEFORE).sort((a, b) => a.spansPerSecond - b.spansPerSecond);
    return { ...counted[ROUNDS >> 1], firstSpansPerSecond };
  } finally {
    sender.stop();
    await target.stop();
  }
}

async function measuredRound(target: Target, load: Load, sender: Sender): Promise<Round> {
  await target.clear();
  const before = await target.cpuMicros();
  const result = await sender.send(load, target.port);
  return {
    ...result,
    spansPerSecond: (load.spans / result.ms) * 1000,
    requestsPerSecond: (result.requests / result.ms) * 1000,
    cpuPerSpan: ((await target.cpuMicros()) - before) / load.spans,
  };
}

async function bundles(folder: string): Promise<[engine: string, rivals: string]> {
  const root = join(import.meta.dirname, '../..');
  const entryPoints = {
    engine: join(root, 'src/engine/main.ts'),
    rivals: join(import.meta.dirname, 'support/ingestRivals.ts'),
  };
  const common = {
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  } as const;
  await build({ ...common, entryPoints, outdir: folder });
  return [join(folder, 'engine.js'), join(folder, 'rivals.js')];
}

/** As users run it: everything that is on by default is on, but for the shared ports. */
const AS_DELIVERED: Omit<EngineOptions, 'storageDir'> = {
  ...QUIET_ENGINE,
  maxStoreBytes: SETTING_DEFAULTS['store.maxBytes'],
  maxRequestBytes: SETTING_DEFAULTS['receiver.maxRequestBytes'],
  maxJournalBytes: SETTING_DEFAULTS['journal.maxBytes'],
  redaction: {
    secrets: SETTING_DEFAULTS['redaction.secrets'],
    personalData: SETTING_DEFAULTS['redaction.personalData'],
    keys: SETTING_DEFAULTS['redaction.keys'],
  },
};

/** As many spans as a day's journal may hold. */
async function fillJournal(engine: Target, spans: number): Promise<void> {
  const sender = new Sender();
  await sender.send({ mode: 'http', batch: 512, spans, concurrency: 8, seed: 4 }, engine.port);
  await engine.stop();
  sender.stop();
}

/** Spans a second that an engine takes in from the journal of the one before, from the start of its thread. */
async function replayed(file: string, storageDir: string): Promise<Record<string, number>> {
  const began = performance.now();
  const { worker, api } = engineThread(file, { ...AS_DELIVERED, storageDir });
  let status = await api.status();
  for (; status.restoring; status = await api.status()) await sleep(20);
  const perSecond = Math.round((status.spans / (performance.now() - began)) * 1000);
  await worker.terminate();
  console.log(
    `${'replay'.padEnd(15)}${perSecond.toLocaleString('en').padStart(13)}   of ${status.spans.toLocaleString('en')} spans`,
  );
  return { replay_spans_s: perSecond };
}

/** How long those wait who want something of an engine that reads its journal: a program that is being started, the Traces list. */
async function servedMeanwhile(file: string, storageDir: string): Promise<Record<string, number>> {
  const began = performance.now();
  const { worker, api } = engineThread(file, { ...AS_DELIVERED, storageDir });
  await api.openSession({ run: 'after' as RunId, name: 'after', startedAt: Date.now() });
  const session = performance.now() - began;
  const lists: number[] = [];
  while ((await api.status()).restoring) {
    const asked = performance.now();
    await api.traces({ limit: 200 });
    lists.push(performance.now() - asked);
    await sleep(5);
  }
  await worker.terminate();
  const figures = {
    replay_session_ms: ratio(session, 1),
    replay_list_ms_p95: ratio(lists.length > 0 ? quantile(lists, 0.95) : 0, 1),
  };
  console.log(
    `meanwhile a session is open after ${figures.replay_session_ms} ms, a list is there after ${figures.replay_list_ms_p95} ms (p95)`,
  );
  return figures;
}

async function peerTarget(kind: Peer): Promise<Target> {
  const peer = await startPeer(kind);
  return { ...peer, clear: async () => {} };
}

function rowOf(name: string, spans: number, figure: Figure): string {
  const columns = [
    Math.round(figure.spansPerSecond).toLocaleString('en').padStart(13),
    Math.round(figure.requestsPerSecond).toLocaleString('en').padStart(13),
    figure.cpuPerSpan.toFixed(2).padStart(14),
    (figure.bytes / spans).toFixed(0).padStart(9),
  ];
  return name.padEnd(15) + columns.join('');
}

function ratio(a: number, b: number): number {
  return Math.round((a / b) * 100) / 100;
}
