import { describe, expect, test } from 'vitest';
import { lintText } from './harness';

const BASE = `
export const EMAIL = 'user.email' as const;
export const KEYS = { EMAIL: EMAIL, nested: { EMAIL: 'user.email' } } as const;
export const Frozen = Object.freeze({ EMAIL });
export enum Attribute { Email = 'user.email' }
export class Names { static readonly EMAIL = EMAIL; }
export namespace Space { export const EMAIL = 'user.email'; }
const PREFIX = 'user';
export const BUILT = \`\${PREFIX}.email\`;
export const ADDED = PREFIX + '.email';
export default { EMAIL } satisfies Record<string, string>;
export let changed = 'user.email';
`;
const MIDDLE = `
import whole, { EMAIL as Mail, KEYS } from './base';
export { KEYS as AllKeys, Frozen, Attribute, Names, Space, BUILT, ADDED, changed } from './base';
export * from './base';
export * as all from './base';
export const AGAIN = Mail;
export const MORE = { COUNT: 'user.count', ...KEYS };
export const OTHER = { ...KEYS, EMAIL: 'shop.total' };
export const { EMAIL: TAKEN } = KEYS;
export const WHOLE = whole;
export const loop = { ...loop };
`;
const FILES = {
  'base.ts': BASE,
  'middle.ts': MIDDLE,
  'common.js': "const KEYS = { EMAIL: 'user.email' };\nmodule.exports = KEYS;",
};

const keysOf = (key: string) =>
  lintText(
    `import { trace } from '@opentelemetry/api';
import { EMAIL, AllKeys, Frozen, Attribute, Names, Space, BUILT, ADDED, changed, all, AGAIN, MORE, OTHER, TAKEN, WHOLE, loop } from './middle';
import * as middle from './middle';
const common = require('./common');
const { EMAIL: HERE } = AllKeys;
export const note = (x: unknown) => trace.getActiveSpan()?.setAttribute(${key}, x);`,
    { files: FILES, rule: 'pii-attribute' },
  ).findings.map(({ message }) => /attribute "([\w.]+)"/.exec(message)?.[1]);

describe('a key is found by its text', () => {
  test.each([
    'EMAIL',
    'AllKeys.EMAIL',
    "AllKeys['EMAIL']",
    'AllKeys.nested.EMAIL',
    'Frozen.EMAIL',
    'Attribute.Email',
    'Names.EMAIL',
    'Space.EMAIL',
    'BUILT',
    'ADDED',
    'all.KEYS.EMAIL',
    'AGAIN',
    'MORE.EMAIL',
    'TAKEN',
    'HERE',
    'WHOLE.EMAIL',
    'middle.EMAIL',
    'middle.AllKeys.EMAIL',
    'common.EMAIL',
  ])('under the name %s', (key) => expect(keysOf(key)).toEqual(['user.email']));
});

describe('what may be anything else is no constant', () => {
  test.each(['changed', 'MORE.COUNT', 'OTHER.EMAIL', 'loop.EMAIL', 'AllKeys.nested.OTHER', 'middle.missing'])(
    '%s',
    (key) => expect(keysOf(key)).toEqual([]),
  );
});
