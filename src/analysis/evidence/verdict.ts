import type { LineEvidence } from '../../model/lineEvidence';
import type { RedactionCount } from '../../model/redaction';

/**
 * What the run time says about a finding. `proven`: the fault was seen. `seen`: so was the code, which is fault enough and no news.
 * `unseen`: the code ran and the fault did not show.
 */
export interface Verdict {
  readonly outcome: 'proven' | 'seen' | 'unseen';
  /** Sentences for the user. */
  readonly text: string;
  /** Seen too seldom to make more than a warning of it: another way through the code may do better. */
  readonly isThin?: boolean;
}

export function proven(text: string, isThin = false): Verdict {
  return { outcome: 'proven', text: `At run time: ${text}.`, ...(isThin && { isThin }) };
}

export function seen(text: string): Verdict {
  return { outcome: 'seen', text: `At run time: ${text}.` };
}

export function unseen(text: string): Verdict {
  return { outcome: 'unseen', text: `Not seen at run time: ${text}.` };
}

export function number(count: number): string {
  return count.toLocaleString('en');
}

export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${number(count)} times`;
}

/** `4,812 distinct names in 5,000 executions`. */
export function namesText({ names, count }: Pick<LineEvidence, 'names' | 'count'>): string {
  const more = names.more ? 'more than ' : '';
  return `${more}${counted(names.count, 'distinct name')} in ${counted(count, 'execution')}`;
}

/** `14 executions`, or what was looked at of them: `the newest 32 of 5,000 executions`. */
export function sampled({ sample, count }: Pick<LineEvidence, 'sample' | 'count'>): string {
  if (sample.spans >= count) return counted(count, 'execution');
  return `the newest ${number(sample.spans)} of ${counted(count, 'execution')}`;
}

/** `password in "db.password", jwt`. */
export function patternsText(redactions: readonly RedactionCount[]): string {
  const texts = redactions.map(({ pattern, key }) => (key === '' ? pattern : `${pattern} in "${key}"`));
  const distinct = [...new Set(texts)];
  const [shown, more] = [distinct.slice(0, 3).join(', '), distinct.length - 3];
  return more > 0 ? `${shown} and ${more} more` : shown;
}
