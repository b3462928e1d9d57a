import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REDACTION_MODES } from '../../../src/protocol/settings';
import { fitsWildcards } from '../../../src/redaction/keyWords';
import {
  anyValueBytes,
  keyValueBytes,
  readKeyValue,
  redactAttribute,
  redactorOf,
  redactText,
  sourceOf,
  type Value,
} from './redact';
import { SHAPED_SECRETS } from './secrets';

const MODES = REDACTION_MODES.filter((mode) => mode !== 'off');
const secret = fc.constantFrom(...Object.values(SHAPED_SECRETS));
const mode = fc.constantFrom(...MODES);
/** Text in which something may be recognised at every other place. */
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'password',
        'token',
        '=',
        ': ',
        ':',
        '"',
        '\\"',
        '"password":"',
        '?sig=',
        '&',
        '@',
        '://',
        '***',
        ' ',
        '\n',
        '--',
        'a@b.de',
        '%40',
        '4111 1111 ',
        '1111 1111',
        'eyJ',
        'Bearer ',
        '[',
        ']',
        'DE89',
        '-----BEGIN ',
        "'",
        'gh',
        'p_',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      secret,
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));
const words = fc
  .array(
    fc.constantFrom(
      'order',
      'created',
      'in',
      '12',
      'ms',
      'for',
      'user-7',
      'GET',
      '/api/v1/items',
      'status=ok',
      'retry: 3',
      '(main.ts:10:3)',
      'naïve',
      '日本',
      'T-1000',
      '50%',
      'a.b.c',
      '#42',
      'x_y',
      '"quoted"',
      '[1,2]',
      '{"a":1}',
      '1.5e3',
      '2026-11-21',
      'token',
      'the password was wrong',
      'secret santa',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(' '));
const leaf: fc.Arbitrary<Value> = fc.oneof(
  tricky,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 40 }),
);
const key = fc.oneof(
  fc.constantFrom('password', 'a', 'user.email', 'tokens', '', '__proto__', 'pin_code', 'cookie'),
  fc.string({ maxLength: 12 }),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      key.filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
}));

describe('whatever is sent', () => {
  test('a secret anywhere in a text does not survive', () => {
    fc.assert(
      fc.property(
        words,
        secret,
        words,
        mode,
        fc.constantFrom(' ', '\n', '"', ',', '/', '(', '=', ';', 'ü'),
        (before, hidden, after, secrets, sign) => {
          const kept = redactText(redactorOf({ secrets }), `${before}${sign}${hidden}${sign}${after}`);
          for (let at = 4; at + 12 <= hidden.length; at += 4) expect(kept).not.toContain(hidden.slice(at, at + 12));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a secret below any key, at any depth, does not survive', () => {
    fc.assert(
      fc.property(key, words, secret, mode, (name, other, hidden, secrets) => {
        const bytes = keyValueBytes(name, [other, { a: [`x ${hidden} y`], b: other }]);
        const kept = redactorOf({ secrets }).redactKeyValue(sourceOf(bytes), 0, bytes.length);
        expect(kept).toBeDefined();
        expect(Buffer.from(kept!).includes(hidden.slice(8, 24))).toBe(false);
      }),
    );
  });

  test('ordinary text is never changed', () => {
    const redactor = redactorOf({ personalData: 'mask' });
    fc.assert(
      fc.property(words, (text) => {
        expect(redactText(redactor, text)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test('redacted twice is redacted once, in every mode', () => {
    fc.assert(
      fc.property(tricky, mode, mode, (text, secrets, personalData) => {
        const redactor = redactorOf({ secrets, personalData });
        const once = redactText(redactor, text);
        expect(redactText(redactor, once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  test('what is kept is a KeyValue with the same key, and redacting it again changes nothing', () => {
    fc.assert(
      fc.property(key, value, mode, mode, (name, content, secrets, personalData) => {
        const redactor = redactorOf({ secrets, personalData });
        const bytes = keyValueBytes(name, content);
        const kept = redactor.redactKeyValue(sourceOf(bytes), 0, bytes.length);
        if (kept === undefined || kept.length === 0) return;
        expect(readKeyValue(kept).key).toBe(readKeyValue(bytes).key);
        expect(redactor.redactKeyValue(sourceOf(kept), 0, kept.length)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  test('marks of one mode are left alone by the others', () => {
    fc.assert(
      fc.property(secret, mode, mode, (hidden, first, second) => {
        const once = redactText(redactorOf({ secrets: first }), `password="${hidden.replaceAll('\n', '')}"`);
        expect(redactText(redactorOf({ secrets: second }), once)).toBe(once);
      }),
    );
  });

  test('bytes that are no message, or are cut off, never throw', () => {
    const redactor = redactorOf({ personalData: 'mask' });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          value.map(anyValueBytes),
          value.map((it) => keyValueBytes('a', it)),
        ),
        fc.nat(80),
        fc.nat(80),
        (bytes, from, length) => {
          const start = Math.min(from, bytes.length);
          const count = Math.min(length, bytes.length - start);
          redactor.redactKeyValue(sourceOf(bytes), start, count);
          redactor.redactAnyValue(sourceOf(bytes), start, count);
          redactor.redactText(sourceOf(bytes), start, count);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('a pattern with stars fits what a regular expression would', () => {
  const part = fc.constantFrom('a', 'b', 'ab', '*', '.');
  const joined = (arbitrary: fc.Arbitrary<string>) =>
    fc.array(arbitrary, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(joined(part), joined(fc.constantFrom('a', 'b', 'ab', '.')), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll(/\*+/g, '.*')}$`);
      expect(fitsWildcards(pattern, text)).toBe(expression.test(text));
    }),
    { numRuns: 1000 },
  );
});

describe('hostile texts take time in proportion to their length', () => {
  const redactor = redactorOf({ personalData: 'mask' });
  const keep = (text: string) => redactText(redactor, text);
  test.each([
    '@',
    'a@',
    'a@b.',
    '://a@',
    '://',
    'password:',
    'password=',
    'password:"',
    'password:\\"',
    '"password":[',
    '4111 ',
    '4',
    'DE89',
    'eyJ',
    'eyJhbGciOiJI.',
    '-----BEGIN PRIVATE KEY',
    '--password ',
    "by '",
    '%40',
    '%3D',
    'Bearer ',
    'a:',
    'token=,',
  ])('%s', (part) => {
    // Were it quadratic, this would take minutes and the test its time limit.
    keep(part.repeat(Math.ceil(300_000 / part.length)));
  });

  test('and so does an attribute with twenty thousand keys', () => {
    const entries = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`key.${i}.password`, 'x1']));
    expect(redactAttribute(redactor, 'map', entries).changed).toBe(true);
  });
});
