import { textOf } from '../bytes';

const LONGEST = 64;
const WORDS =
  /^(null|nil|none|undefined|true|false|yes|no|nan|empty|n\/a|\[?(redacted|filtered|masked|hidden|removed|secret|omitted|sensitive|scrubbed|protected|private|obfuscated)\]?|<[^<>]*>|\(?(redacted|hidden|masked|filtered|removed)\)?|\[(object object|redacted:[^\]]*)\])$/i;
const SAME_SIGNS = /^([*•x.?#_-])\1*$/i;
const VARIABLE =
  /^(\$\{[^}]*\}?|\{\{?[^}]*\}?\}?|\$\d+|\$[A-Z_]+|%\(?\w*\)?s|%[A-Z_]+%|\?\d*|[:@][a-z_]+|\$\(.*|process\.env\.\w+|env\(.*)$/i;

/** Not a value but what stands for one: `null`, `[REDACTED]`, `xxxx`, `$1`, `${PASSWORD}`. */
export function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end) return true;
  if (end - start > LONGEST) return false;
  const text = textOf(bytes, start, end).trim();
  return text === '' || WORDS.test(text) || SAME_SIGNS.test(text) || VARIABLE.test(text);
}
