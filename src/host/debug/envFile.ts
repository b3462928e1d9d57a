/**
 * Reads the text of an environment file the way the Node debugger does (dotenv's grammar), so that what we add to `env` keeps what
 * the file says: `KEY=value`, `export KEY=value`, `KEY: value`, quotes of three kinds that may span lines, `#` comments. Only double
 * quotes know `\n` and `\r`. The last of several lines for one key wins; a line that fits nothing is skipped.
 */
export function parseEnvFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  ENTRY.lastIndex = 0;
  for (let match = ENTRY.exec(source); match; match = ENTRY.exec(source)) {
    const [, key, value] = match;
    if (key !== undefined) values[key] = unquote((value ?? '').trim());
  }
  return values;
}

const KEY = String.raw`^[ \t]*(?:export[ \t]+)?([\w.-]+)`;
const ASSIGNMENT = String.raw`(?:[ \t]*=[ \t]*|:[ \t]+)`;
const QUOTED = String.raw`'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|${'`'}(?:\\${'`'}|[^${'`'}])*${'`'}`;
const BARE = String.raw`[^#\n]*`;
const ENTRY = new RegExp(`${KEY}${ASSIGNMENT}(${QUOTED}(?=[ \\t]*(?:#|$))|${BARE})`, 'gm');

function unquote(value: string): string {
  const quote = value[0];
  const quoted = value.length > 1 && (quote === '"' || quote === "'" || quote === '`') && value.endsWith(quote);
  if (!quoted) return value;
  const inner = value.slice(1, -1);
  return quote === '"' ? inner.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : inner;
}
