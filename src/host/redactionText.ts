import type { RedactionCount, RedactionTotals } from '../model/redaction';
import { plural } from './texts';

/** `Masked 212 values at 3 places; personal data kept as sent at 4 places`; undefined where nothing was recognised. */
export function totalsText({ masked, places, notedPlaces }: RedactionTotals): string | undefined {
  const parts = [
    ...(masked > 0 ? [`Masked ${plural(masked, 'value')} at ${plural(places, 'place')}`] : []),
    ...(notedPlaces > 0 ? [`personal data kept as sent at ${plural(notedPlaces, 'place')}`] : []),
  ];
  const text = parts.join('; ');
  return text === '' ? undefined : text[0].toUpperCase() + text.slice(1);
}

/** `password · 212 times`. Of what was kept, equal values were looked at once: how often they came is not known. */
export function patternText({ pattern, count, masked }: RedactionCount): string {
  return masked ? `${pattern} · ${times(count)}` : pattern;
}

/** Where it is sent from, as exactly as that is known. `shortened`: of a path. */
export function placeText(
  { file, line, service, spanName, signal }: RedactionCount,
  shortened: (path: string) => string,
): string {
  if (signal !== undefined) return signal === 'logs' ? 'Log records' : 'Metrics';
  const operation = [service, spanName].filter((part) => part !== '').join(' · ');
  return file === undefined ? operation : `${shortened(file)}:${line} · ${operation}`;
}

/** What a hover says of the line's redactions; undefined for none. */
export function hoverNote(counts: readonly RedactionCount[]): string | undefined {
  const noteOf = (masked: boolean): string[] => {
    const found = counts.filter((count) => count.masked === masked);
    if (found.length === 0) return [];
    const patterns = [...new Set(found.map(({ pattern }) => pattern))].join(', ');
    const sum = found.reduce((total, { count }) => total + count, 0);
    return [masked ? `$(lock) Masked here ${times(sum)}: ${patterns}` : `$(warning) Sends personal data: ${patterns}`];
  };
  const notes = [...noteOf(true), ...noteOf(false)];
  return notes.length > 0 ? notes.join('\n\n') : undefined;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
}
