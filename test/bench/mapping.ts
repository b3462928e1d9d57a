// How many spans of published programs are shown on the line that made them: with the preload, and by the call-site index alone.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SiteIndexer } from '../../src/analysis/sites/siteIndexer';
import { Workspace } from '../../src/analysis/workspace';
import { silentLog } from '../../src/base/log';
import { startEngine } from '../../src/engine/startEngine';
import type { RunId } from '../../src/model/ids';
import type { SourceLocation } from '../../src/model/sourceLocation';
import type { Span } from '../../src/model/span';
import { PRELOAD_ENV } from '../../src/protocol/preload';
import type { SpanSitesChange } from '../../src/protocol/spanSites';
import { askedFor } from '../../src/sources/locators/askedFor';
import { CallSiteIndex } from '../../src/sources/locators/callSiteIndex';
import { createLocators, locateBy, operationOf } from '../../src/sources/locators/index';
import { SiteIndex } from '../../src/sources/sites/siteIndex';
import { StackSources } from '../../src/sources/stackSources';
import { pathsAsTheyAre } from '../../src/model/mappedPath';
import { PRELOAD } from '../matrix/execute';
import { QUIET_ENGINE } from '../support/engineSettings';
import { REPOSITORY, SHOP } from '../vscode/harness/paths';
import { installShop } from '../vscode/harness/prepare';
import { installMapped, MAPPED_PROGRAMS, type MappedProgram } from './support/mappingPrograms';
import { judgeShop, type ShopTruth, shopWork, startShop } from './support/mappingShop';
import { type Judged, judge, type Truth } from './support/mappingTruth';

const TRUTH = join(REPOSITORY, 'test', 'fixtures', 'mapping-truth');
const RUN = 'mapping' as RunId;
const ANY_SPAN = 100_000;

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const totals: Record<string, Judged[]> = { '': [], index_: [], held_out_: [], held_out_index_: [] };
  const add = (name: string, heldOut: boolean | undefined, judged: { preload: Judged; index: Judged }): void => {
    for (const way of ['preload', 'index'] as const) {
      totals[(heldOut ? 'held_out_' : '') + (way === 'index' ? 'index_' : '')].push(judged[way]);
      print(`${name} ${way}`, judged[way]);
    }
  };
  for (const program of MAPPED_PROGRAMS.slice(0, quick ? 1 : undefined)) {
    const folder = await installMapped(program);
    const truth = JSON.parse(await readFile(join(TRUTH, `${program.name}.json`), 'utf8')) as Truth;
    const change = await sitesOf(folder);
    const spans = await spansOf(program, folder, change);
    const bare = spans.map(withoutLocation);
    add(program.name, program.heldOut, {
      preload: judge(spans, (span) => span.location, truth, folder),
      index: judge(bare, locatedBy(change, bare), truth, folder),
    });
  }
  if (!quick) add('shop', false, await shop());
  const measured = Object.entries(totals).filter(([, all]) => all.length > 0);
  return Object.assign({}, ...measured.map(([prefix, all]) => figures(prefix, all))) as Record<string, number>;
}

async function shop(): Promise<{ preload: Judged; index: Judged }> {
  await installShop(console.log);
  const truth = JSON.parse(await readFile(join(TRUTH, 'shop.json'), 'utf8')) as ShopTruth;
  const change = await sitesOf(SHOP);
  const spans = await recorded('shop', change, startShop, shopWork);
  const bare = spans.map(withoutLocation);
  return {
    preload: judgeShop(spans, (span) => span.location, truth),
    index: judgeShop(bare, locatedBy(change, bare), truth),
  };
}

/** All that the program's work made, as the engine shows it. */
function spansOf(program: MappedProgram, cwd: string, change: SpanSitesChange): Promise<Span[]> {
  return recorded(
    program.name,
    change,
    (env) => [spawn(process.execPath, program.args, { cwd, env, stdio: 'ignore' })],
    () => work(program),
  );
}

/** `start` is given the environment of programs that are recorded. */
async function recorded(
  name: string,
  change: SpanSitesChange,
  start: (env: NodeJS.ProcessEnv) => ChildProcess[],
  work: () => Promise<void>,
): Promise<Span[]> {
  const storageDir = mkdtempSync(join(tmpdir(), 'spanline-mapping-'));
  const engine = startEngine({ ...QUIET_ENGINE, storageDir }, silentLog);
  const { url, spoolDir } = await engine.openSession({ run: RUN, name, startedAt: Date.now() });
  const children = start({
    ...process.env,
    NODE_OPTIONS: `--require "${PRELOAD}"`,
    OTEL_SERVICE_NAME: name,
    [PRELOAD_ENV.endpoint]: url,
    [PRELOAD_ENV.run]: RUN,
    [PRELOAD_ENV.spool]: spoolDir,
  });
  try {
    await engine.spanSites(change);
    await work();
    await delay(1_500);
    const spans: Span[] = [];
    for (const { traceId } of await engine.traces({ limit: ANY_SPAN }))
      for (const spanId of await engine.searchTrace(traceId, [])) {
        const span = await engine.span(traceId, spanId);
        if (span) spans.push(span);
      }
    return spans;
  } finally {
    await Promise.all(children.map(stop));
    await engine.shutdown();
    rmSync(storageDir, { recursive: true, force: true });
  }
}

async function work({ name, port, requests }: MappedProgram): Promise<void> {
  const base = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await fetch(base).catch(() => undefined)); tries++) {
    if (tries > 200)
      throw new Error(`${name} does not answer on port ${port}; start it by hand in its folder to see why`);
    await delay(250);
  }
  for (const [method, path, body] of requests) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(base + path, body === undefined ? { method } : { method, headers, body });
    await response.arrayBuffer();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** As it comes from a program that no preload is in. */
function withoutLocation(span: Span): Span {
  return { ...span, location: undefined, attributes: span.attributes.filter(({ key }) => !key.startsWith('code.')) };
}

async function sitesOf(folder: string): Promise<SpanSitesChange> {
  let found: SpanSitesChange = { files: [] };
  const workspace = new Workspace({ open: () => undefined });
  const indexer = new SiteIndexer({
    roots: () => [folder],
    wrappers: () => [],
    link: workspace.link,
    turn: () => Promise.resolve(),
    send: (change) => (found = change),
    log: silentLog,
  });
  await indexer.start();
  return found;
}

/** By what the index knows alone. */
function locatedBy(change: SpanSitesChange, spans: readonly Span[]): (span: Span) => SourceLocation | undefined {
  const sites = new SiteIndex();
  sites.put(change);
  const index = new CallSiteIndex(sites);
  const locators = createLocators(index, new StackSources(pathsAsTheyAre, silentLog), askedFor(index));
  const byId = new Map(spans.map((span) => [span.spanId as string, span]));
  return (span) => locateBy(locators, { span, operation: operationOf(span), ancestors: () => ancestorsOf(span, byId) });
}

function* ancestorsOf(span: Span, byId: ReadonlyMap<string, Span>): Generator<Span> {
  for (let at = byId.get(span.parentSpanId ?? ''); at; at = byId.get(at.parentSpanId ?? '')) yield at;
}

function figures(prefix: string, all: readonly Judged[]): Record<string, number> {
  const sum = (member: Exclude<keyof Judged, 'byLocator'>): number =>
    all.reduce((total, judged) => total + judged[member], 0);
  const [right, wrong, unlocated] = [sum('right'), sum('wrong'), sum('unlocated')];
  const [routersRight, routersNot] = [sum('routersRight'), sum('routersNot')];
  const handled = right + wrong + unlocated - routersRight - routersNot;
  return {
    [`${prefix}right_pct_without_routers`]: percent(right - routersRight, handled),
    [`${prefix}right_pct`]: percent(right, right + wrong + unlocated),
    [`${prefix}wrong_high_confidence`]: sum('wrongHighConfidence'),
    [`${prefix}spans`]: right + wrong + unlocated,
    [`${prefix}unjudged_spans`]: sum('unknown'),
  };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}

function print(title: string, { byLocator, ...judged }: Judged): void {
  const counts = Object.entries(judged).map(([name, count]) => `${name} ${count}`);
  console.log(`${title.padEnd(24)} ${counts.join(', ')}`);
  for (const [locator, { right, wrong }] of byLocator) console.log(`    ${locator}: ${right} right, ${wrong} not`);
}
