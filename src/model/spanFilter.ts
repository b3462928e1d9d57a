import { SPAN_KINDS, STATUS_CODES, type SpanKind, type StatusCode } from './span';

export type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=';

/** One question about a span. Texts are compared in any case unless a comparison is given. */
export type SpanTest =
  /** Part of a name, message, service, or of an attribute's key or value; or of the trace's id. */
  | { readonly field: 'text'; readonly text: string }
  | { readonly field: 'name' | 'service'; readonly text: string; readonly whole: boolean }
  | { readonly field: 'trace'; readonly text: string }
  | { readonly field: 'kind'; readonly kind: SpanKind }
  | { readonly field: 'status'; readonly status: StatusCode }
  /** Nanoseconds. */
  | { readonly field: 'duration'; readonly comparison: Comparison; readonly nanos: number }
  | { readonly field: 'attribute'; readonly key: string; readonly match: AttributeMatch };

/** `contains`: in any case. Comparisons by size are between numbers. */
export type AttributeMatch =
  | { readonly how: 'exists' }
  | { readonly how: 'contains'; readonly text: string }
  | { readonly how: Comparison; readonly text: string };

export interface SpanCondition {
  readonly test: SpanTest;
  readonly negated: boolean;
}

/** `at`: index of the part that is wrong; `fault` says what, and the remedy. */
export type ParsedFilter =
  | { readonly conditions: readonly SpanCondition[]; readonly fault?: undefined }
  | { readonly fault: string; readonly at: number };

/** Groups: minus, key, comparison or colon, value. */
const TERM =
  /(-?)(?:([A-Za-z_][\w./-]*)(?:(\s*(?:>=|<=|!=|=|>|<)\s*|:)((?:"(?:[^"\\]|\\.)*")|[^\s"]+)?)|("(?:[^"\\]|\\.)*"|[^\s"]+))/y;
const SPACE = /\s*/y;

/**
 * Reads what people type: terms with spaces between them, all of which must hold of one span. `status:error`, `kind:server`,
 * `service:cart`, `name:"GET /"`, `duration>100ms`, `has:key`, `key=value`, `key>5`, `key:part`, `text` or `"free text"`; a minus
 * before a term turns it round.
 */
export function parseFilter(text: string): ParsedFilter {
  const conditions: SpanCondition[] = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (!match) return { at, fault: 'A quotation mark has no partner: close the text with another "' };
    const [whole, minus, key, operator, value, bare] = match;
    const test = readTest(key, operator?.trim(), value, bare);
    if (typeof test === 'string') return { at, fault: test };
    conditions.push({ test, negated: minus === '-' });
    at += whole.length;
  }
  return { conditions };
}

/** For filters that are written in code. Throws an Error with the fault. */
export function spanFilter(text: string): readonly SpanCondition[] {
  const parsed = parseFilter(text);
  if (parsed.fault !== undefined) throw new Error(parsed.fault);
  return parsed.conditions;
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + SPACE.exec(text)![0].length;
}

type Operator = Comparison | ':';

function readTest(
  key: string | undefined,
  operator: string | undefined,
  value: string | undefined,
  bare: string | undefined,
): SpanTest | string {
  if (key === undefined || operator === undefined) return { field: 'text', text: unquoted(bare ?? key ?? '') };
  if (value === undefined) return missingValue(key, operator);
  // An address or a time of day is no question about an attribute "http" or "12".
  if (operator === ':' && value.startsWith('//')) return { field: 'text', text: `${key}:${value}` };
  const text = unquoted(value);
  return (FIELDS[key] ?? attributeTest)(text, operator as Operator, key);
}

type FieldReader = (text: string, operator: Operator, key: string) => SpanTest | string;

const FIELDS: Readonly<Record<string, FieldReader>> = {
  status: (text, operator) => {
    const status = STATUS_CODES.find((known) => known === text.toLowerCase());
    if (!status) return `“${text}” is no status: write status:error, status:ok or status:unset`;
    return onlyEqual('status', operator) ?? { field: 'status', status };
  },
  kind: (text, operator) => {
    const kind = SPAN_KINDS.find((known) => known === text.toLowerCase());
    if (!kind) return `“${text}” is no kind: write kind:server, client, internal, producer or consumer`;
    return onlyEqual('kind', operator) ?? { field: 'kind', kind };
  },
  name: (text, operator) => onlyEqual('name', operator) ?? { field: 'name', text, whole: operator === '=' },
  service: (text, operator) => onlyEqual('service', operator) ?? { field: 'service', text, whole: operator === '=' },
  trace: (text, operator) => onlyEqual('trace', operator) ?? { field: 'trace', text: text.toLowerCase() },
  has: (text, operator) =>
    onlyEqual('has', operator) ?? { field: 'attribute', key: text, match: { how: 'exists' as const } },
  duration: (text, operator) => {
    const nanos = parseDuration(text);
    if (nanos === undefined) return `“${text}” is no duration: write 250us, 100ms, 1.5s or 2min`;
    if (operator === ':') return `Compare a duration: duration>${text} or duration<${text}`;
    return { field: 'duration', comparison: operator, nanos };
  },
};

function attributeTest(text: string, operator: Operator, key: string): SpanTest | string {
  if (operator === ':') return { field: 'attribute', key, match: { how: 'contains', text } };
  const bySize = operator !== '=' && operator !== '!=';
  if (bySize && !Number.isFinite(Number(text))) return `“${text}” is no number: ${key}${operator} compares numbers`;
  return { field: 'attribute', key, match: { how: operator, text } };
}

function onlyEqual(field: string, operator: Operator): string | undefined {
  if (operator === ':' || operator === '=') return undefined;
  return `“${field}” cannot be compared by ${operator}: write ${operator === '!=' ? `-${field}:…` : `${field}:…`}`;
}

function missingValue(key: string, operator: string): string {
  const examples: Readonly<Record<string, string>> = {
    status: 'status:error',
    kind: 'kind:server',
    service: 'service:cart',
    duration: 'duration>100ms',
    has: 'has:http.route',
  };
  return `“${key}${operator}” lacks a value: write ${examples[key] ?? `${key}${operator}value`}`;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};

/** Nanoseconds; a number without a unit is milliseconds. */
function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-zµμ]*)$/i.exec(text);
  const size = match && (match[2] === '' ? UNITS.ms : UNITS[match[2].toLowerCase()]);
  return size ? Number(match[1]) * size : undefined;
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

/** As the other way round: a text that {@link parseFilter} takes for itself. */
export function quoted(text: string): string {
  return /^[^\s":=<>!-][^\s":=<>!]*$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
