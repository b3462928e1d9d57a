import { pathKey } from '../base/paths';
import type { DistinctNames, EvidenceQuery, FileEvidence, LineEvidence } from '../model/lineEvidence';
import type { LineStats } from '../model/lineStats';
import type { RedactionCount } from '../model/redaction';
import { NONE } from './byteInterner';
import { ContextLosses } from './contextLoss';
import { DistinctHashes } from './distinctHashes';
import { idWords } from './idText';
import type { LineRun } from './lineRun';
import type { StoreParts } from './parts';
import { programEvidence } from './programEvidence';
import { rowAt } from './segment';
import { type Facts, MOST_NAMES, type SiteFacts, startMs } from './siteFacts';
import { newestRows, Sampler, type SampledRow, type Wanted } from './siteSamples';

/** Everything that evidence is made of. */
export interface EvidenceSource {
  readonly parts: StoreParts;
  readonly facts: SiteFacts;
  readonly redactions: readonly RedactionCount[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface AskedLine extends Wanted {
  readonly stats: LineStats;
  /** In every run that is held. */
  readonly everyRun: readonly Facts[];
}

/** What the spans made in a file say about its lines. {@link SiteFacts} is through with all rows. */
export function readEvidence(source: EvidenceSource, query: EvidenceQuery): FileEvidence {
  const program = query.folder === undefined ? undefined : programEvidence(source.parts, query.folder);
  return { lines: linesEvidence(source, query), ...(program && { program }) };
}

function linesEvidence(source: EvidenceSource, { paths, since = {} }: EvidenceQuery): LineEvidence[] {
  const { parts, facts } = source;
  const path = paths.find((each) => parts.lines.fileStats(each, 0).lines.length > 0);
  if (path === undefined) return [];
  const factsOf = ({ number, run }: LineRun) => facts.of(number, since[run.id]) ?? [];
  const asked = parts.lines.fileStats(path, 0).lines.map((stats): AskedLine => {
    const every = parts.lines.allAt(path, stats.line);
    const sites = new Set(every.filter(({ run }) => run.id === stats.run).map(({ number }) => number));
    return { stats, sites, everyRun: every.flatMap(factsOf), since: since[stats.run] ?? 0 };
  });
  const around = { sampler: new Sampler(parts, source.now), losses: new ContextLosses(parts) };
  const rows = newestRows(parts, asked);
  return asked.map((line, index) => lineEvidence(source, path, line, rows[index], around));
}

function lineEvidence(
  { parts, facts, redactions }: EvidenceSource,
  path: string,
  { stats, sites, everyRun, since }: AskedLine,
  rows: readonly SampledRow[],
  around: { readonly sampler: Sampler; readonly losses: ContextLosses },
): LineEvidence {
  const latest = [...sites].flatMap((site) => facts.of(site, since) ?? []);
  const sample = {
    ...around.sampler.sample(rows, sites),
    ...(rows.length === 0 && { latestStart: startOfOpen(parts, stats) }),
  };
  const loss = around.losses.of(rows, sites);
  return {
    line: stats.line,
    run: stats.run,
    confidence: stats.confidence,
    ...countsOf(latest, stats),
    p50: stats.p50,
    neverEnded: since > 0 ? 0 : (stats.neverEnded ?? 0),
    ...(areEndsKnown(parts, stats, rows) && { endsKnown: true }),
    names: namesOf(latest),
    everyRun: { count: sum(everyRun, 'count'), names: namesOf(everyRun) },
    sample,
    redactions: redactions.filter(
      ({ file, line }) => line === stats.line && file !== undefined && pathKey(file) === path,
    ),
    ...(loss && { contextLoss: loss }),
  };
}

/** Rows that moved within the store, and copies that replaced others, were looked at twice: the statistics know better. */
function countsOf(facts: readonly Facts[], stats: LineStats): { readonly count: number; readonly roots: number } {
  const [counted, roots] = [sum(facts, 'count'), sum(facts, 'roots')];
  const count = Math.min(counted, stats.count);
  return { count, roots: roots === counted ? count : Math.min(roots, count) };
}

/** Where no span ended, the newest one that did not. */
function startOfOpen(parts: StoreParts, { latest }: LineStats): number {
  const [a, b, c, d] = idWords(latest.traceId);
  const trace = parts.traces.find(a, b, c, d);
  const row = trace === NONE ? NONE : parts.findSpan(trace, idWords(latest.spanId));
  return row === NONE ? 0 : startMs(parts.segments.of(row), rowAt(row));
}

function sum(facts: readonly Facts[], what: 'count' | 'roots'): number {
  return facts.reduce((total, each) => total + each[what], 0);
}

function namesOf(facts: readonly Facts[]): DistinctNames {
  const [first, ...others] = facts;
  if (!first) return { count: 0 };
  let { names } = first;
  if (others.length > 0) {
    names = new DistinctHashes(MOST_NAMES);
    for (const each of facts) names.addAll(each.names);
  }
  return { count: names.count, ...(names.more && { more: true }) };
}

/** The preload was in the program, and told what was open when it ended. */
function areEndsKnown(parts: StoreParts, { run }: LineStats, rows: readonly SampledRow[]): boolean {
  const [newest] = rows;
  const thread = newest?.segment.context(newest.at).thread;
  return thread !== undefined && !parts.live.has({ run, thread });
}
