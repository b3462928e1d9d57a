import { describe, expect, test } from 'vitest';
import type { AnyValue } from '../../../src/model/attributes';
import { attributeText } from '../../../src/model/attributeText';
import { formatClock, formatMoment, formatWhen, unixNanoToMs } from '../../../src/model/clockFormat';
import { shownName } from '../../../src/model/shownName';

describe('attribute values as text', () => {
  test.each<[AnyValue, string]>([
    [{ kind: 'string', value: 'GET "x"' }, 'GET "x"'],
    [{ kind: 'bool', value: false }, 'false'],
    [{ kind: 'int', value: '9223372036854775807' }, '9223372036854775807'],
    [{ kind: 'double', value: 0.5 }, '0.5'],
    [{ kind: 'double', value: Number.NaN }, 'NaN'],
    [{ kind: 'bytes', value: 'AAE=' }, 'AAE='],
    [{ kind: 'empty' }, '(empty)'],
  ])('%j reads %s', (value, text) => {
    expect(attributeText(value)).toBe(text);
  });

  test('strings inside lists and maps are quoted', () => {
    const value: AnyValue = {
      kind: 'kvlist',
      values: [
        {
          key: 'tags',
          value: {
            kind: 'array',
            values: [
              { kind: 'string', value: 'a, b' },
              { kind: 'int', value: '1' },
            ],
          },
        },
      ],
    };
    expect(attributeText(value)).toBe('{tags: ["a, b", 1]}');
  });
});

describe('times of day', () => {
  const moment = new Date(2026, 0, 5, 4, 3, 2, 7).getTime();

  test('have milliseconds, and the day where it could be another', () => {
    expect(formatClock(moment)).toBe('04:03:02.007');
    expect(formatMoment(moment)).toBe('2026-01-05 04:03:02.007');
  });

  test('are as short as the day allows', () => {
    const at = (...parts: [number, number, number, number]) => new Date(...parts).getTime();
    const now = at(2026, 0, 5, 23);
    expect(formatWhen(moment, now)).toBe('04:03:02');
    expect(formatWhen(moment, at(2026, 0, 6, 0))).toBe('5 Jan 04:03');
    expect(formatWhen(moment, at(2027, 0, 5, 4))).toBe('2026-01-05 04:03');
    expect([at(1970, 0, 1, 1), at(2100, 1, 1, 1)].map((ms) => formatWhen(ms, now))).toEqual([
      '1970-01-01 01:00',
      '2100-02-01 01:00',
    ]);
  });

  test('come from nanoseconds without losing the milliseconds', () => {
    expect(unixNanoToMs('1795179802123456789')).toBeCloseTo(1795179802123.456, 3);
  });
});

test('a span without a readable name is said to have none', () => {
  expect(['', '  ', 'GET'].map(shownName)).toEqual(['(no name)', '(no name)', 'GET']);
});

test('a name cannot turn the text around it, and keeps the script it is written in', () => {
  expect(shownName('evil\u202egnp.exe')).toBe('evil\ufffdgnp.exe');
  expect(shownName('a\u0000b')).toBe('a\ufffdb');
  const names = ['مرحبا GET', 'שלום', '👩‍👩‍👧', 'line\nbreak'];
  expect(names.map(shownName)).toEqual(names);
});
