/**
 * How a span's attributes say which line made it: the names of the `code.*` semantic conventions, stable and older, and our own
 * two that say where a location comes from when it is not the program's own statement.
 */
import type { Confidence } from './sourceLocation';

export type CodeRole = 'file' | 'line' | 'column' | 'function' | 'namespace' | 'reason' | 'confidence';

/**
 * {@link SourceLocation.reason} of a location that was not recorded by the program itself. What stands behind this attribute was
 * added by Spanline, too.
 */
export const REASON_KEY = 'spanline.location.reason';
/** {@link SourceLocation.confidence} of such a location; absent means `certain`. */
export const CONFIDENCE_KEY = 'spanline.location.confidence';

/** Reason of a location that stands in the program's own `code.*` attributes. */
export const CODE_ATTRIBUTES_REASON = 'the span’s own code attributes';

/**
 * Reason of spans that stand where a request's handler was set up: the server's own, and those that frameworks make for their layers
 * below it.
 */
export const ROUTE_REASON = 'where the request handler was set up';

/** What one attribute contributes to a location. The stable name and the older one it replaced have the same role. */
export const CODE_ROLES: ReadonlyMap<string, CodeRole> = new Map([
  ['code.file.path', 'file'],
  ['code.filepath', 'file'],
  ['code.line.number', 'line'],
  ['code.lineno', 'line'],
  ['code.column.number', 'column'],
  ['code.column', 'column'],
  ['code.function.name', 'function'],
  ['code.function', 'function'],
  ['code.namespace', 'namespace'],
  [REASON_KEY, 'reason'],
  [CONFIDENCE_KEY, 'confidence'],
]);

/** The stack on which a span was made; some agents record it for slow spans. */
export const STACK_KEY = 'code.stacktrace';

/** Names that new attributes are written with. */
export const CODE_KEYS = {
  file: 'code.file.path',
  line: 'code.line.number',
  column: 'code.column.number',
  function: 'code.function.name',
} as const;

/** True for names that Spanline adds itself and that views should not list among the program's attributes. */
export function isOwnAttribute(key: string): boolean {
  return key.startsWith('spanline.');
}

export function asConfidence(text: string | undefined): Confidence {
  return text === 'likely' || text === 'possible' ? text : 'certain';
}
