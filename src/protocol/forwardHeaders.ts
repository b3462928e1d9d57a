/** Whose forwarded request this is: the engine's id. Receivers refuse what another window, or they themselves, sent on. */
export const FORWARDED_HEADER = 'x-spanline-forwarded';

const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
// Visible ASCII and blanks: what both HTTP and gRPC carry.
const VALUE = /^[\x20-\x7e]*$/;
/** Set by the sender itself. */
const OWN = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'te',
  'transfer-encoding',
  'upgrade',
  FORWARDED_HEADER,
]);

export type ForwardHeaders = Readonly<Record<string, string>>;

/**
 * Reads `key=value,key2=value2` as OTEL_EXPORTER_OTLP_HEADERS has it: names in any case, values percent-encoded where they hold a
 * comma. A fault names the entry by its number or key; values are secrets.
 */
export function parseForwardHeaders(text: string): { readonly headers?: ForwardHeaders; readonly fault?: string } {
  const headers: Record<string, string> = {};
  for (const [index, entry] of text.split(',').entries()) {
    if (entry.trim() === '') continue;
    const equals = entry.indexOf('=');
    const name = entry.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    if (!NAME.test(name)) return { fault: `Entry ${index + 1} is not of the form key=value` };
    if (OWN.has(name)) return { fault: `"${name}" is set by Spanline itself; leave it out` };
    const value = decoded(entry.slice(equals + 1).trim());
    if (!VALUE.test(value)) return { fault: `The value of "${name}" holds characters that a header cannot carry` };
    headers[name] = value;
  }
  return { headers };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray "%" is part of the value
  }
}
