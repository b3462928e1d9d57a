import { silentLog } from '../../src/base/log';
import { pathKey } from '../../src/base/paths';
import { CODE_KEYS, CONFIDENCE_KEY, REASON_KEY } from '../../src/model/codeAttributes';
import { CallSites } from '../../src/sources/callSites';
import type { PreloadBatch } from '../../src/protocol/preload';
import type { Execution } from './execute';
import type { Mark } from './marks';
import { flatten, timeless, type FlatSpan } from './spans';

/** An automatic span that must be there, and where. */
export interface ExpectedSpan {
  readonly name: RegExp;
  /** A part of the instrumentation scope's name. */
  readonly scope: string;
  /** OTLP's number. */
  readonly kind: number;
  /** A mark, or one for each of several; null for a span that must have no site. */
  readonly site: string | readonly (string | null)[] | null;
  /** 1 unless said otherwise. */
  readonly count?: number;
}

export interface Expectation {
  readonly marks: ReadonlyMap<string, Mark>;
  /** How often each manual span is made. */
  readonly manual: ReadonlyMap<string, number>;
  readonly automatic: readonly ExpectedSpan[];
  /** Names of spans that must arrive as open. */
  readonly open: readonly string[];
  readonly service?: string;
  /** The program exports on its own: the backend must have the same spans, with the same content, with and without us. */
  readonly backend: boolean;
  readonly printsTimes: boolean;
}

const ADDED = new Set<string>([...Object.values(CODE_KEYS), REASON_KEY, CONFIDENCE_KEY]);

/** Everything that is wrong with a run, in words. */
export function faultsOf(expected: Expectation, bare: Execution, recorded: Execution): string[] {
  const spans = locate(recorded.batches);
  return [
    ...recorded.faults,
    ...sameProgram(bare, recorded, expected.printsTimes),
    ...duplicates(spans),
    ...manualFaults(expected, spans),
    ...expected.automatic.flatMap((span) => automaticFaults(span, expected, spans)),
    ...openFaults(expected, recorded.batches),
    ...serviceFaults(expected, spans),
    ...(expected.backend ? backendFaults(bare, recorded, spans) : []),
    ...recorded.batches.filter(({ dropped }) => dropped > 0).map(({ dropped }) => `${dropped} spans were dropped`),
  ];
}

/** Resolves the call sites as the engine does. */
function locate(batches: readonly PreloadBatch[]): FlatSpan[] {
  const callSites = new CallSites(silentLog);
  return batches.flatMap((batch) => {
    callSites.locate(batch);
    return flatten(batch);
  });
}

function sameProgram(bare: Execution, recorded: Execution, printsTimes: boolean): string[] {
  const words = (text: string) =>
    printsTimes ? text.replace(/, estimated .*|\([^()]*\d%[^()]*\)/g, '').replace(/[\d.:]+(?: ?m?s)?/g, '*') : text;
  const faults: string[] = [];
  if (bare.exit !== recorded.exit)
    faults.push(`exits with ${recorded.exit} instead of ${bare.exit}\n${recorded.stderr}`);
  if (words(bare.stdout) !== words(recorded.stdout))
    faults.push(
      `prints ${JSON.stringify(recorded.stdout)} instead of ${JSON.stringify(bare.stdout)}\n${recorded.stderr}`,
    );
  if (words(stderrOf(bare)) !== words(stderrOf(recorded)))
    faults.push(`says ${JSON.stringify(stderrOf(recorded))} instead of ${JSON.stringify(stderrOf(bare))}`);
  return faults;
}

/** What Node says of its inspector: where it listens, and who comes and goes. */
const OF_INSPECTOR = /^(?:Debugger |For help, see: |Waiting for the debugger ).*$/gm;

/** A stack names our hook where a file of the program fails while it is loaded; warnings name the process. */
function stderrOf({ stderr }: Execution): string {
  return stderr
    .replace(OF_INSPECTOR, '')
    .replace(/^\s+at .*$/gm, '')
    .replace(/\(node:\d+\)/g, '(node)')
    .replace(/\n+/g, '\n');
}

function duplicates(spans: readonly FlatSpan[]): string[] {
  const seen = new Set<string>();
  return spans.flatMap(({ spanId, name }) => {
    if (!seen.has(spanId)) {
      seen.add(spanId);
      return [];
    }
    return [`${name} arrived twice`];
  });
}

function manualFaults({ manual, marks }: Expectation, spans: readonly FlatSpan[]): string[] {
  const unexpected = spans.filter(({ name }) => /^m\d+-/.test(name) && !manual.has(name));
  return [
    ...unexpected.map(({ name }) => `${name} was not expected`),
    ...[...manual].flatMap(([name, count]) => {
      const found = spans.filter((span) => span.name === name);
      const mark = marks.get(name);
      if (!mark) return [`${name} has no mark in the sources`];
      if (found.length !== count) return [`${name} arrived ${found.length} times instead of ${count}`];
      return found.flatMap((span) => siteFaults(span, mark));
    }),
  ];
}

function automaticFaults(expected: ExpectedSpan, { marks }: Expectation, spans: readonly FlatSpan[]): string[] {
  const { name, scope, kind, site, count = 1 } = expected;
  const found = spans.filter((span) => name.test(span.name) && span.scope.includes(scope) && span.kind === kind);
  if (found.length !== count) {
    const all = spans.map((span) => `${span.name} (${span.scope}, kind ${span.kind})`).join('\n    ');
    return [`${name} of ${scope} arrived ${found.length} times instead of ${count}; there are\n    ${all}`];
  }
  if (site === null)
    return found.flatMap((span) => (placeOf(span) ? [`${span.name} should have no site, has ${placeOf(span)}`] : []));
  if (typeof site === 'object') return sitesFaults(found, site, marks);
  const mark = marks.get(site);
  return mark ? found.flatMap((span) => siteFaults(span, { ...mark, column: undefined })) : [`no mark "${site}"`];
}

function sitesFaults(
  found: readonly FlatSpan[],
  sites: readonly (string | null)[],
  marks: Expectation['marks'],
): string[] {
  const wanted = sites
    .map((site) => (site === null ? undefined : marks.get(site)))
    .map((mark) => mark && `${pathKey(mark.file)}:${mark.line}`);
  const places = found.map((span) => placeOf(span)?.replace(/:\d+$/, ''));
  const [all, seen] = [wanted, places].map((each) => [...each].sort().join(', '));
  return all === seen ? [] : [`${found[0].name} and others of it are at ${seen} instead of ${all}`];
}

function siteFaults(span: FlatSpan, mark: Mark): string[] {
  const wanted = [pathKey(mark.file), mark.line, ...(mark.column ? [mark.column] : [])].join(':');
  const place = placeOf(span) ?? 'nowhere';
  const same = mark.column ? place === wanted : place.replace(/:\d+$/, '') === wanted;
  return same ? [] : [`${span.name} is at ${place} instead of ${wanted}`];
}

function placeOf({ attributes }: FlatSpan): string | undefined {
  const file = attributes[CODE_KEYS.file];
  if (typeof file !== 'string') return undefined;
  return [file, attributes[CODE_KEYS.line], attributes[CODE_KEYS.column]].join(':');
}

function openFaults({ open }: Expectation, batches: readonly PreloadBatch[]): string[] {
  const ended = new Set(batches.flatMap((batch) => flatten(batch).map(({ spanId }) => spanId)));
  const told = batches.flatMap((batch) => flatten(batch, 'open')).filter(({ spanId }) => !ended.has(spanId));
  const found = [...new Map(told.map(({ spanId, name }) => [spanId, name])).values()].sort();
  const wanted = [...open].sort();
  return found.join() === wanted.join() ? [] : [`open spans are [${found.join()}] instead of [${wanted.join()}]`];
}

function serviceFaults({ service }: Expectation, spans: readonly FlatSpan[]): string[] {
  if (service === undefined) return [];
  const found = new Set(spans.map(({ resource }) => resource['service.name']));
  return found.size === 1 && found.has(service) ? [] : [`services are ${[...found].join()} instead of ${service}`];
}

/** The backend hears the same with and without us, and we hear what the backend hears. */
function backendFaults(bare: Execution, recorded: Execution, ours: readonly FlatSpan[]): string[] {
  const without = bare.backend.map((span) => timeless(span, bare.backend)).sort();
  const withUs = recorded.backend.map((span) => timeless(span, recorded.backend)).sort();
  const faults: string[] = [];
  if (without.length === 0) faults.push('the backend heard nothing even without us');
  const changed = withUs.filter((span, index) => span !== without[index]);
  if (without.length !== withUs.length || changed.length > 0) {
    faults.push(
      `the backend heard ${withUs.length} spans instead of ${without.length}; the first to differ:\n    ${changed[0]}`,
    );
  }
  const byId = new Map(ours.map((span) => [span.spanId, span]));
  for (const theirs of recorded.backend) {
    const own = byId.get(theirs.spanId);
    if (!own) faults.push(`${theirs.name} (${theirs.scope}) reached the backend but not us`);
    else if (!sameTimes(own, theirs)) faults.push(`${theirs.name} ends at ${own.end} here, at ${theirs.end} there`);
    else if (comparable(own) !== comparable(theirs)) {
      faults.push(`we have ${comparable(own)}\n    the backend has ${comparable(theirs)}`);
    }
  }
  return faults;
}

function comparable(span: FlatSpan): string {
  const attributes = Object.fromEntries(Object.entries(span.attributes).filter(([key]) => !ADDED.has(key)));
  return JSON.stringify({ ...span, attributes, resource: undefined, start: undefined, end: undefined });
}

/** Old exporters send times as numbers, which are off by up to 256 ns. */
function sameTimes(one: FlatSpan, other: FlatSpan): boolean {
  const distances = [BigInt(one.start) - BigInt(other.start), BigInt(one.end) - BigInt(other.end)];
  return distances.every((distance) => distance > -1000n && distance < 1000n);
}
