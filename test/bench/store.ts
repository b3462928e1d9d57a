// How fast the store takes spans in, what it takes to hold them and how quickly it answers, beside what one would write first
// (decode with protobufjs, keep objects). Each subject has a process of its own; data are those of lib/generateSpans.
import { build } from 'esbuild';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateRequests } from './lib/generateSpans';
import type { Job, Report } from './support/storeSubject';

const MIB = 2 ** 20;
/** Of 512 spans: some 100,000 spans, after which the compiler has seen everything. */
const WARM_UP = 200;

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'spanline-bench-'));
  try {
    const subject = await bundle(folder);
    const large = await writeRequests(join(folder, 'large'), quick ? 200_000 : 1_000_000, quick ? 20_000 : 100_000);
    const small = await writeRequests(join(folder, 'small'), quick ? 40_000 : 200_000, quick ? 10_000 : 50_000);
    const job = { kind: 'store', file: large, maxBytes: 1024 * MIB, warmUp: WARM_UP, rounds: 15 } as const;
    const ours = await report(subject, job);
    const full = await report(subject, { ...job, maxBytes: (quick ? 16 : 64) * MIB });
    const oursSmall = await report(subject, { ...job, file: small });
    const naive = await report(subject, { ...job, kind: 'naive', file: small, warmUp: WARM_UP / 4, rounds: 5 });
    return printed({ ...figuresOf(ours), ...figuresWhenFull(full), ...comparison(oursSmall, naive) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function figuresOf(report: Report): Record<string, number> {
  const { spans, append, appendCpu, storeBytes, wireBytes, questions } = report;
  return {
    spans,
    append_spans_per_s: Math.round((spans / append.sum) * 1000),
    append_spans_per_cpu_s: Math.round((spans / appendCpu.sum) * 1000),
    append_spans_per_s_median: Math.round((spans / report.requests / append.p50) * 1000),
    append_p50_ms: round(append.p50),
    append_p99_ms: round(append.p99),
    append_p99_cpu_ms: round(appendCpu.p99),
    append_max_ms: round(append.max),
    append_max_cpu_ms: round(appendCpu.max),
    bytes_per_span: round(storeBytes / report.heldSpans),
    to_wire_ratio: round(storeBytes / wireBytes),
    rss_mb: Math.round(report.rssMb),
    empty_rss_mb: Math.round(report.emptyRssMb),
    list_200_ms: round(questions.list),
    tree_spans: report.largestTrace,
    tree_ms: round(questions.tree),
    file_stats_ms: round(questions.file_stats),
    spans_at_ms: round(questions.spans_at),
    search_text_ms: round(questions.search_text),
    search_attribute_ms: round(questions.search_attribute),
    search_slow_errors_ms: round(questions.search_slow_errors),
    all_statistics_ms: round(questions.all_statistics),
  };
}

/** With so little room that the oldest traces leave all the time. */
function figuresWhenFull(report: Report): Record<string, number> {
  return {
    full_held_spans: report.heldSpans,
    full_append_spans_per_s: Math.round((report.spans / report.append.sum) * 1000),
    full_append_spans_per_cpu_s: Math.round((report.spans / report.appendCpu.sum) * 1000),
    full_append_p99_ms: round(report.append.p99),
    full_append_p99_cpu_ms: round(report.appendCpu.p99),
    full_append_max_ms: round(report.append.max),
    full_append_max_cpu_ms: round(report.appendCpu.max),
    full_rss_mb: Math.round(report.rssMb),
  };
}

/** How many times better than naive, on the same spans. */
function comparison(ours: Report, naive: Report): Record<string, number> {
  const question = (name: string) => round(naive.questions[name] / ours.questions[name]);
  const memory = (report: Report) => report.rssMb - report.emptyRssMb;
  return {
    naive_append_spans_per_s: Math.round((naive.spans / naive.append.sum) * 1000),
    to_naive_append: round(naive.append.sum / ours.append.sum),
    to_naive_append_cpu: round(naive.appendCpu.sum / ours.appendCpu.sum),
    to_naive_memory: round(memory(naive) / memory(ours)),
    to_naive_list: question('list'),
    to_naive_tree: question('tree'),
    to_naive_file_stats: question('file_stats'),
    to_naive_search_text: question('search_text'),
    to_naive_search_attribute: question('search_attribute'),
    to_naive_all_statistics: question('all_statistics'),
    quantile_error_percent: round(100 * worstQuantileError(ours, naive)),
  };
}

/** Of p50 and p95 over all operations, against the naive subject's sorted arrays. Counts and maxima must be equal. */
function worstQuantileError(ours: Report, naive: Report): number {
  let worst = 0;
  for (const [operation, exact] of Object.entries(naive.operations)) {
    const [count, p50, p95, max] = ours.operations[operation];
    if (count !== exact[0] || max !== exact[3])
      throw new Error(`Statistics of "${operation}" differ from the exact ones`);
    worst = Math.max(worst, Math.abs(p50 - exact[1]) / exact[1], Math.abs(p95 - exact[2]) / exact[2]);
  }
  return worst;
}

function printed(figures: Record<string, number>): Record<string, number> {
  for (const [name, value] of Object.entries(figures)) {
    console.log(name.padEnd(28) + value.toLocaleString('en').padStart(12));
  }
  return figures;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

async function report(subject: string, job: Job): Promise<Report> {
  const child = fork(subject, { execArgv: ['--expose-gc', '--max-old-space-size=8192'] });
  try {
    child.send(job);
    const [result] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`The ${job.kind} failed`))),
    ])) as [Report];
    return result;
  } finally {
    child.kill();
  }
}

async function writeRequests(file: string, spans: number, bigTrace: number): Promise<string> {
  const stream = createWriteStream(file);
  for (const request of generateRequests({ spans, bigTraces: [bigTrace, bigTrace / 10, bigTrace / 10] })) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(request.length);
    stream.write(length);
    if (!stream.write(request)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
  return file;
}

/** Minified, as it is shipped. */
async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, 'subject.js');
  const entryPoints = [join(import.meta.dirname, 'support/storeSubject.ts')];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return outfile;
}
