import {
  ALNUM,
  BASE64URL,
  CLASS,
  classesIn,
  code,
  DASH,
  DIGIT,
  DOT,
  endOfRun,
  LOWER,
  NAME,
  startOfRun,
  startsWith,
  textOf,
  UPPER,
  utf8,
} from '../bytes';
import { personal, secret } from '../rules';
import { type Matcher, pairOf, pairsEndingWith, type TextScan } from '../scan';
import { isPlaceholder } from './placeholders';

const [AT, COLON, SLASH, QUESTION, HASH, PERCENT, PLUS] = [...'@:/?#%+'].map(code);
const URL_PASSWORD = secret('password in a URL');
const URL_TOKEN = secret('token in a URL');
const DSN_PASSWORD = secret('password in a connection string');
const MAIL = personal('e-mail address');

const LONGEST_USERINFO = 512;
const LONGEST_MAIL_NAME = 64;
const LEAST_TOKEN = 16;
const STOPS: ReadonlySet<number> = new Set([...' \t\r\n"\'`<>()[]{},;|\\'].map(code));
/** Schemes whose paths may hold an `@` of their own. */
const WEB = /(?:^|[^a-z])(https?|wss?|file|ftp)$/i;
/** Ends of names that are files, packages or machines rather than domains. */
const NO_DOMAINS =
  /\.(png|jpe?g|gif|svg|webp|ico|css|js|mjs|cjs|ts|tsx|jsx|json|map|html?|md|txt|zip|gz|tgz|jar|local|localhost|internal|lan|svc|cluster|home|corp|invalid|rc|beta|alpha|next|canary)$/i;
const TECHNICAL_NAMES = /^(git|hg|svn|noreply|no-reply|do-not-reply|donotreply)$/i;

/** What has an `@`: credentials in URLs and connection strings, mail addresses. */
export const AT_MATCHERS: readonly Matcher[] = [
  { pairs: pairsEndingWith(AT), match: (text, at) => matchAt(text, at, at, at + 1) },
  {
    pairs: [pairOf(PERCENT, code('4'))],
    match(text, at) {
      if (at + 1 >= text.end || text.bytes[at + 1] !== code('0')) return at;
      return matchMail(text, at, at - 1, at + 2);
    },
  },
];

function matchAt(text: TextScan, at: number, sign: number, behind: number): number {
  const next = matchUserinfo(text, at, sign, behind);
  const result = next > at ? next : matchMail(text, at, sign, behind);
  text.lastAt = sign + 1;
  return result;
}

function matchUserinfo(text: TextScan, at: number, sign: number, behind: number): number {
  const { bytes } = text;
  const authority = startOfAuthority(text, sign);
  if (authority < 0) return matchDsn(text, at, sign, behind);
  const isWeb = WEB.test(textOf(bytes, Math.max(text.start, authority - 12), authority - 3));
  const slash = indexOf(bytes, SLASH, authority, sign);
  if (slash >= 0 && (isWeb || !isPasswordWithSlash(bytes, authority, slash))) return at;
  const end = lastSignOfAuthority(text, sign);
  const colon = indexOf(bytes, COLON, authority, end);
  if (colon >= 0)
    return isPlaceholder(bytes, colon + 1, end) ? at : text.add(Math.max(colon + 1, text.from), end, URL_PASSWORD);
  const classes = classesIn(bytes, authority, end);
  const isToken = end - authority >= LEAST_TOKEN && (classes & DIGIT) !== 0 && (classes & (UPPER | LOWER)) !== 0;
  return isToken && (classes & DOT) === 0 ? text.add(Math.max(authority, text.from), end, URL_TOKEN) : at;
}

/** Behind the `://` of the URL that `sign` stands in; -1 for none. */
function startOfAuthority({ bytes, start, lastAt }: TextScan, sign: number): number {
  const stop = Math.max(start, lastAt, sign - LONGEST_USERINFO);
  for (let pos = sign - 1; pos >= stop; pos--) {
    if (STOPS.has(bytes[pos])) return -1;
    if (bytes[pos] === SLASH && bytes[pos - 1] === SLASH && bytes[pos - 2] === COLON && pos - 2 >= start)
      return pos + 1;
  }
  return -1;
}

/** `user:pa/ss@host`, and not `host:6379/0?name=a@b`. */
function isPasswordWithSlash(bytes: Uint8Array, authority: number, slash: number): boolean {
  const colon = indexOf(bytes, COLON, authority, slash);
  return colon >= 0 && endOfRun(bytes, colon + 1, slash, DIGIT) < slash;
}

/** Passwords may hold an `@` that nobody has encoded. */
function lastSignOfAuthority({ bytes, end }: TextScan, sign: number): number {
  let last = sign;
  const stop = Math.min(end, sign + LONGEST_USERINFO);
  for (let pos = sign + 1; pos < stop; pos++) {
    const byte = bytes[pos];
    if (byte === SLASH || byte === QUESTION || byte === HASH || STOPS.has(byte)) break;
    if (byte === AT) last = pos;
  }
  return last;
}

const DSN_HOSTS = ['tcp(', 'unix(', 'tcp6(', 'udp('].map(utf8);

/** `user:password@tcp(host:3306)/shop` */
function matchDsn(text: TextScan, at: number, sign: number, behind: number): number {
  const { bytes, end } = text;
  if (!DSN_HOSTS.some((host) => startsWith(bytes, behind, end, host))) return at;
  const stop = Math.max(text.from, sign - LONGEST_USERINFO);
  let [colon, pos] = [-1, sign - 1];
  for (; pos >= stop && !STOPS.has(bytes[pos]); pos--) if (bytes[pos] === COLON) colon = pos;
  return colon < 0 || isPlaceholder(bytes, colon + 1, sign) ? at : text.add(colon + 1, sign, DSN_PASSWORD);
}

function matchMail(text: TextScan, at: number, sign: number, behind: number): number {
  const { bytes, end } = text;
  const start = startOfMailName(text, sign);
  if (start === sign || ((CLASS[bytes[sign - 1]] & (ALNUM | DASH)) === 0 && bytes[sign - 1] !== code('_'))) return at;
  let stop = endOfRun(bytes, behind, Math.min(end, behind + 254), ALNUM | DASH | DOT);
  while (stop > behind && (CLASS[bytes[stop - 1]] & ALNUM) === 0) stop--;
  if (!isDomain(bytes, behind, stop)) return at;
  if (TECHNICAL_NAMES.test(textOf(bytes, start, sign))) return at;
  return text.add(start, stop, MAIL);
}

function startOfMailName({ bytes, from }: TextScan, sign: number): number {
  const stop = Math.max(from, sign - LONGEST_MAIL_NAME);
  let pos = sign;
  for (;;) {
    pos = startOfRun(bytes, pos, stop, NAME);
    if (pos > stop && bytes[pos - 1] === PLUS) pos--;
    else break;
  }
  while (pos < sign && (CLASS[bytes[pos]] & (ALNUM | BASE64URL)) === 0) pos++;
  // A percent sign before two digits is an escape that ends where the name begins.
  if (pos > from && bytes[pos - 1] === PERCENT && pos + 2 < sign) pos += 2;
  return pos;
}

function isDomain(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 4) return false;
  const domain = textOf(bytes, start, end);
  return /^(?!\d+\.\d)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}$/i.test(domain) && !NO_DOMAINS.test(domain);
}

function indexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let pos = start; pos < end; pos++) if (bytes[pos] === byte) return pos;
  return -1;
}
