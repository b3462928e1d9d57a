import type { Random } from '../lib/random';

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

const ODD_VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e21,
  1e308,
  2 ** 53,
  2 ** 63,
  2 ** 64,
  '',
  '0',
  '-1',
  '1e+21',
  '18446744073709551615',
  '18446744073709551616',
  '9223372036854775808',
  'NaN',
  'Infinity',
  'SPAN_KIND_SERVER',
  '\u0000',
  '\ud800',
  '5b8efff798038103d269b633813fc60c',
  'W47/95gDgQPSabYzgT/GDA==',
  [],
  {},
  [null],
  [[]],
  { __proto__: null },
  { stringValue: 'x', intValue: '1' },
];
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '',
  'resource_spans',
  'spans',
  'value',
  'length',
  'arrayValue',
];
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  'null',
  '1e999',
  '-',
  '\\u12',
  '\u2028',
  '//',
  '{"a":',
  '[[[[',
];

/** Changes what the JSON says; it stays JSON. */
export function mutateJsonTree(text: string, random: Random): string {
  const root = JSON.parse(text) as Json;
  for (let left = 1 + random.below(3); left > 0; left--) mutateOne(root, random);
  return JSON.stringify(root);
}

/** Changes characters; what comes is hardly ever JSON. */
export function mutateJsonText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + random.below(30));
  switch (random.below(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + random.pick(TOKENS) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(end);
    case 3:
      return text.slice(0, end) + text.slice(at);
    default:
      return `${text.slice(0, at)}${'['.repeat(random.below(20_000))}${text.slice(at)}`;
  }
}

interface Place {
  readonly holder: Json[] | { [member: string]: Json };
  readonly key: number | string;
}

function mutateOne(root: Json, random: Random): void {
  const places = placesOf(root);
  if (places.length === 0) return;
  const { holder, key } = random.pick(places);
  const held = holder as Record<number | string, Json>;
  switch (random.below(7)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 1:
      held[key] = [held[key]];
      break;
    case 2:
      if (Array.isArray(holder)) holder.push(structuredClone(held[key]));
      else define(holder, random.pick(ODD_NAMES), structuredClone(held[key]));
      break;
    case 3:
      held[key] = nested(held[key], random);
      break;
    default:
      // A copy: the next mutation may meet it.
      held[key] = structuredClone(random.pick(ODD_VALUES));
  }
}

function define(holder: object, name: string, value: Json): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function nested(value: Json, random: Random): Json {
  let outer = value;
  for (let level = random.pick([1, 5, 40, 70, 200]); level > 0; level--) outer = { arrayValue: { values: [outer] } };
  return outer;
}

function placesOf(root: Json): Place[] {
  const places: Place[] = [];
  const open: Json[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
    for (const key of keys) {
      places.push({ holder: value, key });
      open.push((value as Record<number | string, Json>)[key]);
    }
  }
  return places;
}
