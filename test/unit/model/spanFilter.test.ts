import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter, quoted, spanFilter } from '../../../src/model/spanFilter';

const tests = (text: string) => spanFilter(text).map(({ test }) => test);
const fault = (text: string) => parseFilter(text).fault;

describe('a filter', () => {
  it('is terms with spaces between them', () => {
    expect(tests('status:error  duration>100ms service:cart http.route=/items "free text"')).toEqual([
      { field: 'status', status: 'error' },
      { field: 'duration', comparison: '>', nanos: 100e6 },
      { field: 'service', text: 'cart', whole: false },
      { field: 'attribute', key: 'http.route', match: { how: '=', text: '/items' } },
      { field: 'text', text: 'free text' },
    ]);
    expect(tests('   ')).toEqual([]);
  });

  it('may be turned round term by term', () => {
    expect(spanFilter('-status:ok cart').map(({ negated }) => negated)).toEqual([true, false]);
  });

  it('takes spaces around a comparison and quotation marks around a value', () => {
    expect(tests('duration >= 1.5s')).toEqual([{ field: 'duration', comparison: '>=', nanos: 1.5e9 }]);
    expect(tests('name="GET /a \\"b\\""')).toEqual([{ field: 'name', text: 'GET /a "b"', whole: true }]);
  });

  it.each([
    ['250us', 250e3],
    ['250µs', 250e3],
    ['7', 7e6],
    ['2min', 120e9],
    ['80ns', 80],
  ])('takes %s for a duration', (text, nanos) => {
    expect(tests(`duration<${text}`)).toEqual([{ field: 'duration', comparison: '<', nanos }]);
  });

  it('asks for attributes: there, with a value, with a part of it, beyond a number', () => {
    expect(tests('has:user.id a!=b a:b n>=4.5')).toEqual([
      { field: 'attribute', key: 'user.id', match: { how: 'exists' } },
      { field: 'attribute', key: 'a', match: { how: '!=', text: 'b' } },
      { field: 'attribute', key: 'a', match: { how: 'contains', text: 'b' } },
      { field: 'attribute', key: 'n', match: { how: '>=', text: '4.5' } },
    ]);
  });

  it('takes for text what is no question: paths, addresses, times of day, words', () => {
    const texts = ['/items', 'http://x/y', '12:30', 'checkout', 'a-b', '{id}'];
    expect(tests(texts.join(' '))).toEqual(texts.map((text) => ({ field: 'text', text })));
  });

  it.each([
    ['status:bad', '“bad” is no status: write status:error, status:ok or status:unset'],
    ['kind:wolf', /no kind: write kind:server/],
    ['duration>soon', '“soon” is no duration: write 250us, 100ms, 1.5s or 2min'],
    ['duration:5ms', 'Compare a duration: duration>5ms or duration<5ms'],
    ['duration>', '“duration>” lacks a value: write duration>100ms'],
    ['service:', '“service:” lacks a value: write service:cart'],
    ['x.y=', '“x.y=” lacks a value: write x.y=value'],
    ['status>error', '“status” cannot be compared by >: write status:…'],
    ['name!=x', '“name” cannot be compared by !=: write -name:…'],
    ['n>five', '“five” is no number: n> compares numbers'],
    ['a "b', 'A quotation mark has no partner: close the text with another "'],
  ])('%s is refused with a remedy', (text, message) => {
    expect(fault(text)).toMatch(message);
  });

  it('tells where the fault is', () => {
    expect(parseFilter('cart status:bad')).toMatchObject({ at: 5 });
  });

  it('reads a quoted text as that text, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        fc.pre(text.trim() !== '');
        expect(tests(quoted(text))).toEqual([{ field: 'text', text }]);
      }),
    );
  });

  it('never throws and never stops short, whatever is typed', () => {
    const typed = fc.array(
      fc.constantFrom('status:', 'duration', '>', '=', '-', '"', '\\', 'a.b', ' ', '5ms', '/', 'é', '('),
    );
    fc.assert(
      fc.property(typed, (parts) => {
        const parsed = parseFilter(parts.join(''));
        if (parsed.fault !== undefined) expect(parsed.fault.length).toBeGreaterThan(10);
      }),
    );
  });
});
