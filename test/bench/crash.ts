// Whether what was acknowledged is there again after the process that holds the engine was killed with SIGKILL, at random moments
// under load of every kind at once: spans, the run they belong to, what was pinned and how much was masked; and what the journal that
// sees to it costs. The sender is this process, which survives.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import type { EngineOptions } from '../../src/protocol/engine';
import { SETTING_DEFAULTS } from '../../src/protocol/settings';
import { QUIET_ENGINE } from '../support/engineSettings';
import { LaneSender, type Acknowledged, type Lane } from './support/crashLoad';
import { Host } from './support/crashProcess';
import { Promises } from './support/crashPromises';
import { quantile } from './support/quantiles';

const KILLS = 100;
/** Kills over one journal before a fresh one, so that it stays within its limit: what was deleted for that is no loss. */
const KILLS_A_JOURNAL = 5;
const LONGEST_LIFE_MS = 500;
const CHECKED_AT_ONCE = 200;
const LANES: readonly Lane[] = [
  { transport: 'http', batch: 512 },
  { transport: 'http', batch: 1 },
  { transport: 'grpc', batch: 512 },
  { transport: 'grpc', batch: 1 },
  { transport: 'http', batch: 32 },
];
const SECRETS: Lane = { transport: 'http', batch: 1, secrets: true };
const COST_MS = 2_000;
/** How much was masked is written every two seconds. */
const WRITTEN_MS = 2_500;

interface Tally {
  acknowledged: number;
  lost: number;
  lostPins: number;
  wrongRuns: number;
  lostMasked: number;
  kills: number;
  killsWhileRestoring: number;
  journalBytes: number;
  replayed: number;
  replayMs: number;
}

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'spanline-bench-'));
  try {
    const engineFile = await bundleEngine(folder);
    const startHost = (storageDir: string, maxJournalBytes: number) =>
      Host.start({ engineFile, options: optionsOf(storageDir, maxJournalBytes), run: `run-${++runs}` });
    const tally: Tally = {
      acknowledged: 0,
      lost: 0,
      lostPins: 0,
      wrongRuns: 0,
      lostMasked: 0,
      kills: 0,
      killsWhileRestoring: 0,
      journalBytes: 0,
      replayed: 0,
      replayMs: 0,
    };
    const journals = Math.ceil((quick ? KILLS / 10 : KILLS) / KILLS_A_JOURNAL);
    for (let journal = 0; journal < journals; journal++)
      await killRepeatedly(join(folder, `${journal}`), startHost, tally);
    tell(tally);
    const costs = await costOfJournal(folder, startHost, quick);
    return {
      kills: tally.kills,
      kills_while_restoring: tally.killsWhileRestoring,
      acknowledged_spans: tally.acknowledged,
      lost_acknowledged: tally.lost,
      lost_pins: tally.lostPins,
      wrong_runs: tally.wrongRuns,
      lost_masked_counts: tally.lostMasked,
      journal_bytes_per_span: Math.round(tally.journalBytes / tally.acknowledged),
      replay_spans_s: Math.round((tally.replayed / tally.replayMs) * 1000),
      ...costs,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

let runs = 0;
type StartHost = (storageDir: string, maxJournalBytes: number) => Promise<Host>;

/** Each engine is put under load at once, so that some are killed while they still read what the ones before them left. */
async function killRepeatedly(storageDir: string, startHost: StartHost, tally: Tally): Promise<void> {
  const acknowledged: Acknowledged = new Map();
  const promises = new Promises();
  for (let kill = 0; kill < KILLS_A_JOURNAL; kill++) {
    const host = await startHost(storageDir, SETTING_DEFAULTS['journal.maxBytes']);
    const isLast = kill === KILLS_A_JOURNAL - 1;
    const secrets = new LaneSender(SECRETS, host.port, acknowledged);
    // The last one lives long enough for what is written now and then; with little load, so that the journal stays within its limit.
    const senders = [...(isLast ? [] : LANES.map((lane) => new LaneSender(lane, host.port, acknowledged))), secrets];
    const running = Promise.all(senders.map((sender) => sender.run()));
    promises.pinNowAndThen(host, acknowledged);
    await sleep(Math.random() * LONGEST_LIFE_MS);
    const { restoring } = await host.status();
    if (restoring) tally.killsWhileRestoring++;
    await sleep(Math.random() * 5);
    if (isLast) {
      promises.masked += secrets.spans;
      await sleep(WRITTEN_MS);
    }
    await host.kill();
    await running;
    promises.ended(host.run, acknowledged, secrets.sent);
    tally.kills++;
  }
  const began = performance.now();
  const host = await startHost(storageDir, SETTING_DEFAULTS['journal.maxBytes']);
  const started = performance.now();
  const { spans } = await host.restored();
  const restored = performance.now();
  const lost = await lostOf(acknowledged, host);
  const { pins, runs, masked } = promises.brokenIn(await host.records());
  const noted = [...acknowledged.values()].reduce((sum, ids) => sum + ids.length, 0);
  const bytes = await bytesIn(storageDir);
  console.log(
    `${KILLS_A_JOURNAL} kills: ${noted.toLocaleString('en')} spans acknowledged, ${spans.toLocaleString('en')} there again, ${lost} lost; ${promises.pinned} traces pinned, ${pins} otherwise now; ${runs} in another run; ${masked} masked values not counted; ` +
      `${(bytes / 2 ** 20).toFixed(0)} MiB read in ${(restored - started).toFixed(0)} ms, ${(started - began).toFixed(0)} ms after the start of the process`,
  );
  tally.acknowledged += noted;
  tally.lost += lost;
  tally.lostPins += pins;
  tally.wrongRuns += runs;
  tally.lostMasked += masked;
  tally.journalBytes += bytes;
  tally.replayed += spans;
  tally.replayMs += restored - started;
  await host.kill();
  await rm(storageDir, { recursive: true, force: true });
}

async function lostOf(acknowledged: Acknowledged, host: Host): Promise<number> {
  let lost = 0;
  const traceIds = [...acknowledged.keys()];
  for (let i = 0; i < traceIds.length; i += CHECKED_AT_ONCE) {
    const asked = traceIds.slice(i, i + CHECKED_AT_ONCE);
    const answers = await host.spanIds(asked);
    for (const [index, traceId] of asked.entries()) {
      const held = idsIn(answers[index]);
      for (const id of acknowledged.get(traceId)!) if (!held.has(id)) lost++;
    }
  }
  return lost;
}

function idsIn(bytes: Uint8Array): Set<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return new Set(Array.from({ length: bytes.length / 8 }, (_, i) => buffer.toString('hex', i * 8, i * 8 + 8)));
}

/** Spans a second of each kind of load with and without a journal, in turns; the senders are the same and not fast. */
async function costOfJournal(
  folder: string,
  startHost: StartHost,
  quick: boolean,
): Promise<Readonly<Record<string, number>>> {
  const figures: Record<string, number> = {};
  console.log('\nspans/s                no journal      journal    ratio');
  for (const lane of LANES.slice(0, 4)) {
    const name = `${lane.transport}${lane.batch === 1 ? '_single' : ''}`;
    const without = await rateOf(lane, await startHost(join(folder, `${name}-off`), 0), quick);
    const storageDir = join(folder, `${name}-on`);
    const withJournal = await rateOf(lane, await startHost(storageDir, SETTING_DEFAULTS['journal.maxBytes']), quick);
    figures[`${name}_no_journal_spans_s`] = Math.round(without);
    figures[`${name}_journal_spans_s`] = Math.round(withJournal);
    const column = (value: number) => Math.round(value).toLocaleString('en').padStart(13);
    console.log(
      `${name.padEnd(20)}${column(without)}${column(withJournal)}${(withJournal / without).toFixed(2).padStart(9)}`,
    );
    await rm(storageDir, { recursive: true, force: true });
  }
  return figures;
}

async function rateOf(lane: Lane, host: Host, quick: boolean): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < 3; round++) {
    const senders = Array.from({ length: 4 }, () => new LaneSender(lane, host.port, new Map()));
    const began = performance.now();
    const running = Promise.all(senders.map((sender) => sender.run()));
    await sleep(quick ? COST_MS / 4 : COST_MS);
    for (const sender of senders) sender.stop();
    await running;
    rates.push((senders.reduce((sum, { spans }) => sum + spans, 0) / (performance.now() - began)) * 1000);
  }
  await host.kill();
  // The first round warms the engine up.
  return quantile(rates.slice(1), 1);
}

function tell({ kills, killsWhileRestoring, acknowledged, lost }: Tally): void {
  console.log(
    `\n${kills} kills, ${killsWhileRestoring} of them while the journal was being read: ` +
      `of ${acknowledged.toLocaleString('en')} acknowledged spans ${lost.toLocaleString('en')} are lost`,
  );
}

async function bytesIn(storageDir: string): Promise<number> {
  const folder = join(storageDir, 'journal', '1');
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function optionsOf(storageDir: string, maxJournalBytes: number): EngineOptions {
  return {
    ...QUIET_ENGINE,
    storageDir,
    maxJournalBytes,
    maxStoreBytes: SETTING_DEFAULTS['store.maxBytes'],
    maxRequestBytes: SETTING_DEFAULTS['receiver.maxRequestBytes'],
    redaction: {
      secrets: SETTING_DEFAULTS['redaction.secrets'],
      personalData: SETTING_DEFAULTS['redaction.personalData'],
      keys: [],
    },
  };
}

async function bundleEngine(folder: string): Promise<string> {
  const entryPoints = { engine: join(import.meta.dirname, '../../src/engine/main.ts') };
  const options = { bundle: true, minify: true, platform: 'node', format: 'cjs', target: 'node20' } as const;
  await build({ ...options, entryPoints, outdir: folder, logLevel: 'error' });
  return join(folder, 'engine.js');
}
