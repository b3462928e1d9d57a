import { argument, calleeName, lastName, literalText, receiver, unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { cardinalityByName, type NameVerdict } from './cardinalityNames';
import { splitWords } from './words';

interface Source {
  readonly what: string;
  readonly sure: 'certain' | 'likely';
}

/** Method by the object's last name; `*` for any object or none. */
const SOURCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  now: { Date: 'a clock', performance: 'a clock' },
  hrtime: { process: 'a clock' },
  random: { Math: 'a random number' },
  stringify: { JSON: 'JSON text' },
  randomUUID: { '*': 'a UUID' },
  randomBytes: { '*': 'random bytes' },
  uuid: { '*': 'a UUID' },
  uuidv1: { '*': 'a UUID' },
  uuidv4: { '*': 'a UUID' },
  uuidv7: { '*': 'a UUID' },
  v4: { uuid: 'a UUID', '*': 'a UUID' },
  nanoid: { '*': 'a random id' },
  ulid: { '*': 'a ULID' },
  cuid: { '*': 'a random id' },
  createId: { '*': 'a random id' },
  toISOString: { '*': 'a point in time' },
  toLocaleString: { Date: 'a point in time' },
};

export function callSource(call: ts.CallExpression): Source | undefined {
  const name = calleeName(call);
  if (name === undefined || !Object.hasOwn(SOURCES, name)) return undefined;
  const objects = SOURCES[name];
  const on = receiver(call);
  const object = on && lastName(on);
  const what = (object !== undefined && Object.hasOwn(objects, object) ? objects[object] : undefined) ?? objects['*'];
  return what === undefined ? undefined : { what, sure: 'certain' };
}

/** Methods whose result says as much as what they are called on. */
const RECEIVER_THROUGH = new Set(
  'toString toFixed toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase trim trimStart trimEnd padStart padEnd normalize valueOf concat join reverse toWellFormed'.split(
    ' ',
  ),
);
/** Methods that may leave one of few values; what they are called on stays the source. */
const CUTTING = new Set('slice substring substr at split pop shift replace replaceAll charAt'.split(' '));
const ARGUMENT_THROUGH = new Set(
  'String decodeURIComponent encodeURIComponent encodeURI decodeURI unescape escape Boolean capitalize lowerCase upperCase camelCase kebabCase snakeCase'.split(
    ' ',
  ),
);
const ROUNDING = new Set(['floor', 'ceil', 'round', 'trunc', 'abs']);
const PATH_FUNCTIONS = new Set(['join', 'resolve', 'normalize', 'basename', 'relative', 'dirname']);

export interface Passed {
  readonly expressions: readonly ts.Expression[];
  /** Only a part of the text comes through, perhaps one of few. */
  readonly cut: boolean;
}

/** The expressions whose values a call hands on, more or less as they are; undefined when it makes something of its own. */
export function passesThrough(call: ts.CallExpression): Passed | undefined {
  const name = calleeName(call);
  if (name === undefined) return undefined;
  const on = receiver(call);
  if (!on) return ARGUMENT_THROUGH.has(name) ? { expressions: call.arguments.slice(0, 1), cut: false } : undefined;
  const object = lastName(on);
  if (object === 'path' && PATH_FUNCTIONS.has(name)) return { expressions: call.arguments, cut: false };
  // A rounded random number picks one of few; a rounded time is still a time.
  if (object === 'Math' && ROUNDING.has(name) && !call.getText().includes('Math.random'))
    return { expressions: call.arguments.slice(0, 1), cut: false };
  if (object === 'Object' || object === 'Array' || object === 'Promise') return undefined;
  if (name === 'concat') return { expressions: [on, ...call.arguments], cut: false };
  if (RECEIVER_THROUGH.has(name)) return { expressions: [on], cut: false };
  return CUTTING.has(name) ? { expressions: [on], cut: true } : undefined;
}

/** `text.split(' ')`, `text.split(/\s+/)`: its first part is a verb or another word of few. */
export function splitsWords(call: ts.Expression): boolean {
  if (!ts.isCallExpression(call) || calleeName(call) !== 'split') return false;
  const by = argument(call, 0);
  return (
    by !== undefined &&
    (literalText(by)?.trim() === '' || (ts.isRegularExpressionLiteral(by) && by.text.includes('\\s')))
  );
}

const SANITIZING = new Set(
  (
    'normalize normalise sanitize sanitise template templatize route redact parameterize parametrize mask bucket categorize categorise classify ' +
    'simplify generalize generalise anonymize anonymise canonicalize canonicalise collapse scrub strip obfuscate lowcardinality'
  ).split(' '),
);

/** A call that is there to leave few values: `normalizePath(url)`, `path.replace(/\d+/g, ':id')`. */
export function isSanitizer(call: ts.CallExpression): boolean {
  const name = calleeName(call);
  if (name === undefined) return false;
  if (splitWords(name).some((word) => SANITIZING.has(word)) && (call.arguments.length > 0 || name !== 'normalize'))
    return true;
  if (name !== 'replace' && name !== 'replaceAll') return false;
  const pattern = argument(call, 0);
  const by = literalText(argument(call, 1));
  return by !== undefined && /[:{<*?#]|id|num|x/i.test(by) && pattern !== undefined && isClassPattern(unwrap(pattern));
}

/** A pattern that stands for many values: it has a character class. */
function isClassPattern(node: ts.Expression): boolean {
  return ts.isRegularExpressionLiteral(node) ? /\\d|\\w|\[/.test(node.text) : ts.isIdentifier(node);
}

/** What the name of a function says of its result: `getUserId()`, `operationName()`, `modelFromParams()`. */
export function functionNameVerdict(name: string | undefined): NameVerdict | undefined {
  if (name === undefined) return undefined;
  const subject = name
    .replace(/^_+/, '')
    .replace(
      /^(get|make|create|build|compute|to|extract|read|fetch|find|load|parse|format|resolve|infer|detect|derive|guess|determine)(?=[A-Z_])/,
      '',
    )
    .replace(/(From|By|Of|For|With|In|Using|Via)[A-Z]\w*$/, '');
  const verdict = cardinalityByName([subject]);
  return verdict.kind === 'unbounded' ? { ...verdict, sure: 'likely' } : verdict;
}
