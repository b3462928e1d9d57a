import { describe, expect, it } from 'vitest';
import { filterHints, filterVerdict } from '../../../src/host/traces/filterHints';

const known = { keys: ['http.route', 'user.id'], services: ['cart', 'my shop'] };
const labels = (filter: string) => filterHints(filter, known).map(({ label }) => label);

describe('hints for a filter', () => {
  it('show at first what can be asked for', () => {
    expect(labels('')).toEqual(
      expect.arrayContaining(['status:error', 'duration>100ms', 'service:cart', 'service:"my shop"', 'http.route=']),
    );
  });

  it('complete the last word and leave what stands before it', () => {
    expect(filterHints('status:error http', known)[0]).toMatchObject({
      label: 'http.route=',
      value: 'status:error http.route=',
    });
    expect(labels('has:u')).toContain('has:user.id');
    expect(labels('-serv')).toContain('-service:cart');
  });

  it('go by the beginning first', () => {
    expect(labels('s')[0]).toMatch(/^s/);
    expect(labels('zebra')).toEqual([]);
  });
});

describe('the verdict on a filter', () => {
  it('names the fault, or what the filter shows', () => {
    expect(filterVerdict('status:x')).toMatchObject({ ok: false, text: expect.stringContaining('no status') });
    expect(filterVerdict('')).toEqual({ ok: true, text: 'Show all traces' });
    expect(filterVerdict(' cart ')).toEqual({ ok: true, text: 'Show traces with a span that matches cart' });
  });
});
