import type { LineEvidence } from '../../model/lineEvidence';
import { formatDuration } from '../../model/durationFormat';
import type { RedactionCount } from '../../model/redaction';
import type { Confidence } from '../../lint/rule';
import { runTimeRules } from '../../lint/runTime/index';
import { redactedText } from './table';
import { counted, namesText, number, sampled } from './verdict';

/** What a rule of the run time says of one line. */
export interface RunTimeFinding {
  readonly rule: string;
  /** Names the fault, the value and the remedy. */
  readonly message: string;
  readonly confidence: Confidence;
}

type Judge = (line: LineEvidence) => Omit<RunTimeFinding, 'rule'> | undefined;

const MANY_NAMES = 100;
/** Names are many where every so manieth span has one of its own. */
const SPANS_PER_NAME = 3;
const FEWEST = 3;

/** By the rule's id. */
const JUDGES: Readonly<Record<string, Judge>> = {
  'span-name-explosion': ({ names, count, ...line }) => {
    const isMany = names.more === true || (names.count >= MANY_NAMES && names.count * SPANS_PER_NAME >= count);
    if (!isMany) return undefined;
    const total = line.everyRun.names.count > names.count ? `, ${namesText(line.everyRun)} over all runs held` : '';
    return certain(
      `This line produced ${namesText({ names, count })}${total}. Give its spans one name and put what varies into an attribute.`,
    );
  },
  'context-lost': ({ contextLoss }) =>
    contextLoss &&
    likely(
      `${number(contextLoss.inside)} of ${counted(contextLoss.roots, 'span')} that began here became traces of their own while "${contextLoss.operation}" was under way on the same thread. Carry its context over with context.bind or context.with.`,
    ),
  'parent-missing': (line) => {
    const { parentMissing, spans } = line.sample;
    if (parentMissing < FEWEST || parentMissing * 2 < spans) return undefined;
    return likely(
      `In ${number(parentMissing)} of ${sampled(line)} the span's parent never arrived. Look for a span around this line that is never ended or not exported.`,
    );
  },
  'span-left-open': ({ neverEnded, count }) => {
    if (neverEnded < FEWEST) return undefined;
    return likely(
      `${number(neverEnded)} of ${counted(count + neverEnded, 'span')} never ended. Call end() in a finally block, for aborted and failed work, too.`,
    );
  },
  'error-not-marked': (line) => {
    const { silentExceptions } = line.sample;
    if (silentExceptions === 0) return undefined;
    return likely(
      `In ${number(silentExceptions)} of ${sampled(line)} the span holds an exception and is not marked as failed. Set its status to ERROR beside recordException.`,
    );
  },
  'repeated-call': ({ sample: { repeated } }) => {
    if (!repeated) return undefined;
    const { count, more, under, inTurn, busy, parentTook } = repeated;
    const time = busy * 2 < parentTook ? '' : `: ${formatDuration(busy)} of its ${formatDuration(parentTook)}`;
    return likely(
      `This line made ${more ? 'at least ' : ''}${counted(count, 'call')} under one "${under}"${inTurn ? ', one after another' : ''}${time}. Ask for all at once, or for a few at a time.`,
    );
  },
  'secret-sent': ({ redactions }) => {
    const found = ofKind(redactions, 'secret');
    return found === undefined
      ? undefined
      : certain(`${found}. Leave it out where the span is made: the program's own exporter sends it as it is.`);
  },
  'personal-data-sent': ({ redactions }) => {
    const found = ofKind(redactions, 'personal');
    if (found === undefined) return undefined;
    return likely(`Personal data: ${found[0].toLowerCase()}${found.slice(1)}. Send an id or a hash in its place.`);
  },
};

/** What only the run time tells of a line. `isInSource`: whether one of these rules reports there already. */
export function runTimeFindings(
  line: LineEvidence,
  isInSource: (rules: readonly string[]) => boolean,
): readonly RunTimeFinding[] {
  return [...runTimeRules].flatMap(({ id, inSource }) => {
    const found = isInSource(inSource) ? undefined : JUDGES[id]?.(line);
    return found ? { rule: id, ...found } : [];
  });
}

function ofKind(redactions: readonly RedactionCount[], kind: RedactionCount['kind']): string | undefined {
  const found = redactions.filter((each) => each.kind === kind);
  if (found.length === 0) return undefined;
  const text = redactedText(found);
  return text[0].toUpperCase() + text.slice(1);
}

function certain(message: string): Omit<RunTimeFinding, 'rule'> {
  return { message, confidence: 'certain' };
}

function likely(message: string): Omit<RunTimeFinding, 'rule'> {
  return { message, confidence: 'likely' };
}
