import { describe, expect, test } from 'vitest';
import { hoverNote, patternText, placeText, totalsText } from '../../../src/host/redactionText';
import { type RedactionCount, redactionTotals } from '../../../src/model/redaction';

const count = (members: Partial<RedactionCount> = {}): RedactionCount => ({
  kind: 'secret',
  pattern: 'password',
  key: 'db.password',
  count: 212,
  masked: true,
  service: 'shop',
  spanName: 'GET /',
  ...members,
});
const PERSONAL = { kind: 'personal', pattern: 'e-mail address', masked: false, count: 1 } as const;

describe('what is told of redaction', () => {
  test('the totals count values, and places by their line or their operation', () => {
    const counts = [
      count({ file: '/a.ts', line: 3 }),
      count({ file: '/a.ts', line: 3, key: 'token', count: 1 }),
      count({ count: 2 }),
      count(PERSONAL),
    ];
    expect(redactionTotals(counts)).toEqual({ masked: 215, places: 2, notedPlaces: 1 });
    expect(totalsText(redactionTotals(counts))).toBe(
      'Masked 215 values at 2 places; personal data kept as sent at 1 place',
    );
    expect(totalsText(redactionTotals([count({ ...PERSONAL, count: 7 })]))).toBe(
      'Personal data kept as sent at 1 place',
    );
    expect(totalsText(redactionTotals([]))).toBeUndefined();
  });

  test('an entry says what it was, how often, and where as exactly as is known', () => {
    const short = (path: string) => path.replace('/work/', '');
    expect(patternText(count())).toBe('password · 212 times');
    expect(patternText(count({ count: 1 }))).toBe('password · once');
    expect(patternText(count(PERSONAL))).toBe('e-mail address');
    expect(placeText(count({ file: '/work/a.ts', line: 3 }), short)).toBe('a.ts:3 · shop · GET /');
    expect(placeText(count(), short)).toBe('shop · GET /');
    expect(placeText(count({ signal: 'logs', service: '', spanName: '' }), short)).toBe('Log records');
  });

  test('a hover sums up the line', () => {
    expect(hoverNote([count(), count({ pattern: 'token', count: 1 }), count(PERSONAL)])).toBe(
      '$(lock) Masked here 213 times: password, token\n\n$(warning) Sends personal data: e-mail address',
    );
    expect(hoverNote([])).toBeUndefined();
  });
});
