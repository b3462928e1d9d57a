import { parseFilter, quoted } from '../../model/spanFilter';
import type { SearchHints } from '../../protocol/engine';

/** One line below the filter that is being typed. `value`: the filter when it is chosen. */
export interface FilterHint {
  readonly label: string;
  readonly detail: string;
  readonly value: string;
}

const SYNTAX: readonly (readonly [term: string, meaning: string])[] = [
  ['status:error', 'spans that failed'],
  ['duration>100ms', 'spans that took longer; also >=, < and <=, with us, ms, s, min'],
  ['service:', 'part of a service’s name'],
  ['name:', 'part of a span’s name; name= for all of it'],
  ['kind:server', 'also client, internal, producer, consumer'],
  ['has:', 'spans with an attribute of this key'],
  ['trace:', 'part of a trace’s id'],
  ['-status:error', 'a minus: traces without such a span'],
];
const MOST_HINTS = 30;

/** What could come next, for the word at the filter's end. */
export function filterHints(filter: string, { keys, services }: SearchHints): FilterHint[] {
  const word = /[^\s"]*$/.exec(filter)![0];
  const head = filter.slice(0, filter.length - word.length);
  const minus = word.startsWith('-') ? '-' : '';
  const typed = word.slice(minus.length).toLowerCase();
  const hint = (term: string, detail: string): FilterHint => ({ label: term, detail, value: head + term });
  const all = [
    ...SYNTAX.map(([term, meaning]) => hint(minus && !term.startsWith('-') ? minus + term : term, meaning)),
    ...services.map((service) => hint(`${minus}service:${quoted(service)}`, 'service')),
    ...keys.map((key) => hint(`${minus}${key}=`, 'attribute; also != : > <')),
    ...(typed.startsWith('has:') ? keys.map((key) => hint(`${minus}has:${key}`, 'attribute')) : []),
  ];
  const starts = (one: FilterHint) => one.label.slice(minus.length).toLowerCase().startsWith(typed);
  const fits = (one: FilterHint) =>
    one.label.toLowerCase().includes(typed) && one.label.toLowerCase() !== word.toLowerCase();
  const fitting = all.filter(fits);
  return [...fitting.filter(starts), ...fitting.filter((one) => !starts(one))].slice(0, MOST_HINTS);
}

/** What is wrong with a filter, or what it does; for the first line below it. */
export function filterVerdict(filter: string): { readonly ok: boolean; readonly text: string } {
  const parsed = parseFilter(filter);
  if (parsed.fault !== undefined) return { ok: false, text: parsed.fault };
  if (parsed.conditions.length === 0) return { ok: true, text: 'Show all traces' };
  return { ok: true, text: `Show traces with a span that matches ${filter.trim()}` };
}
