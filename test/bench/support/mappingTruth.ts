import { relative } from 'node:path';
import type { SourceLocation } from '../../../src/model/sourceLocation';
import { attributeText } from '../../../src/model/attributeText';
import type { Span } from '../../../src/model/span';

/**
 * By request, `GET /posts`: every span of it in the order of {@link requestsOf}, as `kind name` and the line that made it, relative to the program's folder.
 * Read off the program's sources. No line: none of the program's own made it. Several: each of them did, and why.
 */
export type Truth = Readonly<Record<string, readonly TrueSpan[]>>;
export type TrueSpan = readonly [span: string, line?: string | readonly string[], why?: string];

export interface Judged {
  right: number;
  wrong: number;
  unlocated: number;
  /** Said to be likely or certain, and wrong, or where no line is right. */
  wrongHighConfidence: number;
  /** Right and not of those spans that stand for a framework's router. */
  routersRight: number;
  routersNot: number;
  /** Of requests that the table does not name, or whose spans are others than it says. */
  unknown: number;
  /** By what a location is said to be known from: how many of it are right, and how many are not. */
  readonly byLocator: Map<string, { right: number; wrong: number }>;
}

export function newJudged(): Judged {
  return {
    right: 0,
    wrong: 0,
    unlocated: 0,
    wrongHighConfidence: 0,
    routersRight: 0,
    routersNot: 0,
    unknown: 0,
    byLocator: new Map(),
  };
}

/** Of all traces, request by request. */
export function judge(
  spans: readonly Span[],
  locationOf: (span: Span) => SourceLocation | undefined,
  truth: Truth,
  folder: string,
): Judged {
  const judged = newJudged();
  for (const [request, made] of requestsOf(spans)) {
    const wanted = truth[request] ?? [];
    const isKnown = made.length === wanted.length && made.every((span, index) => nameOf(span) === wanted[index][0]);
    if (process.env.SPANLINE_MAPPING_SHOW) show(request, made, locationOf, folder, isKnown);
    if (isKnown) made.forEach((span, index) => judgeSpan(judged, span, wanted[index], locationOf(span), folder));
    else judged.unknown += made.length;
  }
  return judged;
}

export function judgeSpan(
  judged: Judged,
  { name }: Span,
  [, line]: TrueSpan,
  location: SourceLocation | undefined,
  folder: string,
): void {
  const wanted = line === undefined ? [] : [line].flat();
  const found = location && placeIn(folder, location);
  const isSure = location !== undefined && location.confidence !== 'possible';
  const isRight = found !== undefined && wanted.includes(found);
  const counts = location && countsOf(judged, location);
  if (counts && wanted.length > 0) counts[isRight ? 'right' : 'wrong']++;
  if (wanted.length === 0) {
    const isOurs = found !== undefined && !found.startsWith('..') && !found.includes('node_modules/');
    judged.wrongHighConfidence += isOurs && isSure ? 1 : 0;
    return;
  }
  if (name.startsWith('router - ')) judged[isRight ? 'routersRight' : 'routersNot']++;
  judged[isRight ? 'right' : found ? 'wrong' : 'unlocated']++;
  judged.wrongHighConfidence += !isRight && isSure ? 1 : 0;
}

/** A locator says its reason with the names of what it found behind a comma or in brackets, and with their number. */
function countsOf({ byLocator }: Judged, { reason, confidence }: SourceLocation): { right: number; wrong: number } {
  const key = `${reason.replace(/(?:, "| \(|, though|, in a file| like ).*$/, '').replace(/^one of \d+/, 'one of several')}, ${confidence}`;
  const counts = byLocator.get(key) ?? { right: 0, wrong: 0 };
  byLocator.set(key, counts);
  return counts;
}

/**
 * Each trace under the method and path of its root, `''` where that is no request. Its spans are by name; those of one name the outer
 * before the inner, then in the order of their starts, which clocks tell of siblings alone.
 */
export function requestsOf(spans: readonly Span[]): (readonly [request: string, spans: readonly Span[]])[] {
  const traces = new Map<string, Span[]>();
  for (const span of spans) traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
  return [...traces.values()].map((trace) => {
    const depths = depthsOf(trace);
    const inOrder = trace.sort(
      (a, b) =>
        nameOf(a).localeCompare(nameOf(b), 'en') ||
        depths.get(a)! - depths.get(b)! ||
        Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)),
    );
    const root = trace.find((span) => depths.get(span) === 0);
    return [root ? requestOf(root) : '', inOrder];
  });
}

function depthsOf(trace: readonly Span[]): Map<Span, number> {
  const byId = new Map(trace.map((span) => [span.spanId as string, span]));
  const depthOf = (span: Span): number => {
    let depth = 0;
    for (let at = byId.get(span.parentSpanId ?? ''); at; at = byId.get(at.parentSpanId ?? '')) depth++;
    return depth;
  };
  return new Map(trace.map((span) => [span, depthOf(span)]));
}

function requestOf({ attributes }: Span): string {
  const [method, path] = [
    ['http.request.method', 'http.method'],
    ['url.path', 'http.target'],
  ].map((keys) => attributes.find(({ key }) => keys.includes(key)));
  return method && path ? `${attributeText(method.value)} ${attributeText(path.value)}` : '';
}

export function nameOf({ kind, name }: Span): string {
  return `${kind} ${name}`;
}

export function placeIn(folder: string, { path, line }: SourceLocation): string {
  return `${relative(folder, path)}:${line}`;
}

function show(
  request: string,
  made: readonly Span[],
  locationOf: (span: Span) => SourceLocation | undefined,
  folder: string,
  isKnown: boolean,
): void {
  const rows = made.map((span) => {
    const found = locationOf(span);
    return [nameOf(span), found && placeIn(folder, found), found?.confidence, found?.reason];
  });
  console.log(`SHOW ${JSON.stringify({ request, isKnown, rows })}`);
}
