import { describe, expect, test } from 'vitest';
import { REDACTION_MODES } from '../../../src/protocol/settings';
import { createRedactor } from '../../../src/redaction/createRedactor';
import { anyValueBytes, readAnyValue, redactAttribute, redactorOf, redactText, sourceOf } from './redact';

describe('what becomes of a secret', () => {
  test('mask', () => {
    const { kept } = redactAttribute(redactorOf({ secrets: 'mask' }), 'password', 'hunter2hunter2');
    expect(kept?.value).toEqual({ kind: 'string', value: '***' });
  });

  test('hash: equal values stay equal, others differ, and the value cannot be looked up', () => {
    const redactor = redactorOf({ secrets: 'hash' });
    const hashOf = (value: string) => redactText(redactor, `password=${value}`);
    expect(hashOf('hunter2')).toMatch(/^password=\*\*\*[0-9a-f]{10}$/);
    expect(hashOf('hunter2')).toBe(hashOf('hunter2'));
    expect(hashOf('hunter2')).not.toBe(hashOf('hunter3'));
    expect(hashOf('hunter2')).toBe(redactText(redactorOf({ secrets: 'hash' }), 'password=hunter2'));
  });

  test('truncate: the first characters, the fewer the shorter it is', () => {
    const redactor = redactorOf({ secrets: 'truncate' });
    const kept = (value: string) => redactAttribute(redactor, 'password', value).kept?.value;
    expect(kept('0123456789abcdef')).toEqual({ kind: 'string', value: '0123***' });
    expect(kept('äöüßäöüß')).toEqual({ kind: 'string', value: 'äö***' });
    expect(kept('abc')).toEqual({ kind: 'string', value: '***' });
  });

  test('delete: the attribute is left out, or the part of a text', () => {
    const redactor = redactorOf({ secrets: 'delete' });
    expect(redactAttribute(redactor, 'password', 'x1').kept).toBeUndefined();
    expect(redactAttribute(redactor, 'db.url', 'postgres://ann:x1@db/').kept?.value).toEqual({
      kind: 'string',
      value: 'postgres://ann:@db/',
    });
    expect(
      redactAttribute(redactor, 'a', { password: 'x1', b: ['c', 'Bearer 0123456789abcdef'] }).kept?.value,
    ).toMatchObject({
      values: [{ key: 'b', value: { values: [{ value: 'c' }, { value: 'Bearer ' }] } }],
    });
  });

  test('off: it is kept, and personal data can be masked all the same', () => {
    const redactor = redactorOf({ secrets: 'off', personalData: 'mask', keys: ['pin'] });
    expect(redactText(redactor, 'password=x1 ann@example.com')).toBe('password=x1 ***');
    expect(redactAttribute(redactor, 'password', 'x1').match).toBeUndefined();
    expect(redactAttribute(redactor, 'pin', 'x1').match).toBeUndefined();
    expect(createRedactor({ secrets: 'off', personalData: 'off', keys: ['pin'] })).toBeUndefined();
  });

  test('personal data off: not even noted', () => {
    const redactor = redactorOf({ personalData: 'off' });
    expect(redactAttribute(redactor, 'user.email', 'ann@example.com')).toMatchObject({
      changed: false,
      match: undefined,
    });
  });

  test.each(REDACTION_MODES.filter((mode) => mode !== 'off'))(
    '%s: what is a part leaves the rest of the JSON valid',
    (mode) => {
      const redactor = redactorOf({ secrets: mode });
      const kept = redactText(
        redactor,
        JSON.stringify({ password: 'hunter2 "hunter2"', pin_code: 1, otp: 123456, a: [1] }),
      );
      expect(JSON.parse(kept)).toMatchObject({ pin_code: 1, a: [1] });
      expect(kept).not.toMatch(/hunter2|123456/);
    },
  );
});

test('the body of a log record needs no key', () => {
  const redactor = redactorOf();
  const redact = (bytes: Uint8Array) => redactor.redactAnyValue(sourceOf(bytes), 0, bytes.length);
  expect(readAnyValue(redact(anyValueBytes('login with password=x1'))!)).toEqual({
    kind: 'string',
    value: 'login with password=***',
  });
  expect(readAnyValue(redact(anyValueBytes({ password: 'x1' }))!)).toMatchObject({
    values: [{ value: { value: '***' } }],
  });
  expect(redact(anyValueBytes('hello'))).toBeUndefined();
});

test('each redactor has a generation of its own', () => {
  expect(redactorOf().generation).not.toBe(redactorOf().generation);
});
