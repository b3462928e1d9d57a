import { Registry } from '../../base/registry';
import { formatDuration } from '../../model/durationFormat';
import type { LineEvidence, ProgramEvidence } from '../../model/lineEvidence';
import type { RedactionCount } from '../../model/redaction';
import type { FindingSite } from '../../lint/findingSite';
import {
  counted,
  namesText,
  number,
  patternsText,
  proven,
  sampled,
  seen,
  times,
  unseen,
  type Verdict,
} from './verdict';

/** What proves or disproves the findings of one rule, by what the spans of their line were. */
export interface RuleEvidence {
  /** The rule's. */
  readonly id: string;
  /** Undefined where the run time says nothing. Asked only for lines that have spans. */
  judge(line: LineEvidence, site: FindingSite): Verdict | undefined;
}

/** The same for rules about the setup of a program, of which no line makes spans. */
export interface SetupEvidence {
  readonly id: string;
  /** `code`: what the finding marks. */
  judge(program: ProgramEvidence, code: string): Verdict | undefined;
}

/** So many names, and one for so many executions at most: what varies is no small set. The fewer, the more each must be another. */
const MANY_NAMES = [
  { names: 5, executionsPerName: 4 / 3 },
  { names: 20, executionsPerName: 2 },
];
/** Fewer names than that in so many executions are a small set. */
const FEW_NAMES = 5;
const ENOUGH_FOR_NAMES = 50;
/** Executions with a fault of their place in the trace, or without any fault, that count for something. */
const ENOUGH = 3;
/** Spans of one line in one trace that are too many, when they take less than that in nanoseconds. */
const NOISY = 50;
const TRIFLE = 1e6;

/**
 * Rules that are neither here nor below cannot be told by spans: how they are exported and sampled does not show in them
 * (`synchronous-export`, `sampler-misconfigured`), baggage does not come with them (`sensitive-baggage`), and measurements do not name
 * their line (`metric-attribute-unbounded`).
 */
export const ruleEvidence = new Registry<RuleEvidence>('evidence', [
  { id: 'span-name-high-cardinality', judge: names },
  { id: 'context-dropped', judge: (line, site) => (site.part === 'callee' ? children(line) : roots(line, site)) },
  { id: 'missing-propagation', judge: roots },
  { id: 'floating-span-promise', judge: outlived },
  { id: 'span-not-ended', judge: (line) => endings(line, true) },
  { id: 'span-not-ended-on-all-paths', judge: (line) => endings(line, line.endsKnown === true) },
  { id: 'error-not-recorded', judge: failures },
  { id: 'pii-attribute', judge: (line, site) => redacted(line, site, 'personal') },
  { id: 'secret-attribute', judge: (line, site) => redacted(line, site, 'secret') },
  { id: 'deprecated-semconv', judge: key },
  { id: 'attribute-misplaced', judge: key },
  { id: 'noisy-span', judge: noise },
]);

export const setupEvidence = new Registry<SetupEvidence>('evidence', [
  { id: 'missing-service-name', judge: serviceName },
  { id: 'sdk-loaded-late', judge: instrumented },
]);

function names(line: LineEvidence): Verdict | undefined {
  const { count } = line.names;
  if (
    line.names.more ||
    MANY_NAMES.some((many) => count >= many.names && line.count <= count * many.executionsPerName)
  ) {
    const more = line.everyRun.names.count > count && `; ${namesText(line.everyRun)} over all runs held`;
    return proven(`this line produced ${namesText(line)}${more || ''}`);
  }
  const isFew = count <= FEW_NAMES && line.count >= ENOUGH_FOR_NAMES;
  return isFew ? unseen(`this line produced ${namesText(line)}`) : undefined;
}

function roots({ count, roots }: LineEvidence, { part }: FindingSite): Verdict | undefined {
  if (part === 'use' || count === 0) return undefined;
  if (roots > 0) return proven(`${number(roots)} of ${counted(count, 'execution')} became root spans`, roots < ENOUGH);
  return count >= ENOUGH ? unseen(`each of ${counted(count, 'execution')} has its parent or a link`) : undefined;
}

/** A span that is not made active has nothing below it. */
function children(line: LineEvidence): Verdict | undefined {
  const { spans, withChildren } = line.sample;
  if (spans === 0) return undefined;
  if (withChildren === 0) return proven(`no span came below this one in ${sampled(line)}`, spans < ENOUGH);
  if (spans < ENOUGH) return undefined;
  return unseen(`spans came below this one in ${number(withChildren)} of ${sampled(line)}`);
}

function outlived(line: LineEvidence): Verdict | undefined {
  const { withChildren, outlived, outlivedBy } = line.sample;
  if (outlived > 0)
    return proven(
      `in ${number(outlived)} of ${sampled(line)} work below went on after the span had ended, by up to ${formatDuration(outlivedBy)}`,
    );
  return withChildren >= ENOUGH ? unseen(`in ${sampled(line)} nothing below ended after the span`) : undefined;
}

function endings({ count, neverEnded }: LineEvidence, endsKnown: boolean): Verdict | undefined {
  if (neverEnded > 0) {
    const all = counted(count + neverEnded, 'span');
    return proven(`${number(neverEnded)} of ${all} never ended`);
  }
  return count >= ENOUGH && endsKnown ? unseen(`all ${counted(count, 'span')} of this line ended`) : undefined;
}

function failures(line: LineEvidence): Verdict | undefined {
  const { failedBelow, silentExceptions } = line.sample;
  if (failedBelow > 0)
    return proven(
      `in ${number(failedBelow)} of ${sampled(line)} a span below failed and this one says that all went well`,
    );
  if (silentExceptions > 0)
    return proven(`in ${number(silentExceptions)} of ${sampled(line)} the span holds an exception and no error status`);
  return undefined;
}

/** That nothing was recognised proves nothing: a name or a password need not look like one. */
function redacted(
  { redactions }: LineEvidence,
  { key }: FindingSite,
  kind: RedactionCount['kind'],
): Verdict | undefined {
  const found = redactions.filter((each) => each.kind === kind && (key === undefined || isOf(each, key)));
  return found.length === 0 ? undefined : proven(redactedText(found));
}

/** `user.email` of `user`, where the attribute is a map. */
function isOf({ key }: RedactionCount, attribute: string): boolean {
  return key === attribute || key.startsWith(`${attribute}.`);
}

export function redactedText(found: readonly RedactionCount[]): string {
  const masked = found.filter((each) => each.masked);
  const count = masked.reduce((total, each) => total + each.count, 0);
  if (count > 0) return `masked here ${times(count)} (${patternsText(masked)})`;
  return `seen here as it was sent (${patternsText(found)})`;
}

function key(line: LineEvidence, { key }: FindingSite): Verdict | undefined {
  const count = key === undefined ? 0 : (line.sample.keys[key] ?? 0);
  return count > 0 ? seen(`"${key}" came in ${number(count)} of ${sampled(line)}`) : undefined;
}

function noise(line: LineEvidence): Verdict | undefined {
  const { mostInTrace } = line.sample;
  const duration = formatDuration(line.p50);
  if (mostInTrace >= NOISY && line.p50 < TRIFLE)
    return proven(
      `up to ${counted(mostInTrace, 'span')} of this line in one trace, half of them ${duration} or shorter`,
    );
  if (line.count < ENOUGH || line.p50 < TRIFLE) return undefined;
  return unseen(`half of ${counted(line.count, 'span')} of this line took ${duration} or longer`);
}

const UNNAMED = /^unknown_service\b/;

function serviceName({ services }: ProgramEvidence): Verdict | undefined {
  const unnamed = services.filter((service) => UNNAMED.test(service));
  if (unnamed.length > 0) return proven(`spans came as "${unnamed[0]}"`);
  return services.length > 0 ? unseen(`spans came as ${services.slice(0, 3).map(quoted).join(', ')}`) : undefined;
}

/** That no span of a library came does not say that it was used. */
function instrumented({ scopes }: ProgramEvidence, code: string): Verdict | undefined {
  const library = /['"](?:node:)?([\w./@-]+)['"]/.exec(code)?.[1].replace(/^@/, '').replaceAll('/', '-');
  const scope = library && scopes.find((each) => each.endsWith(`instrumentation-${library}`));
  return scope ? unseen(`spans of ${scope} came`) : undefined;
}

function quoted(text: string): string {
  return `"${text}"`;
}
