import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/lint/fixes/edits';
import { lintText } from './harness';

const METRICS = `
import { metrics } from '@opentelemetry/api';
const calls = metrics.getMeter('shop').createCounter('calls');
export function count(userId: string, req: Request) {
  calls.add(1, { 'user.id': userId, method: req.method });
  // spanline-disable-next-line metric-attribute-unbounded -- a few testers
  calls.add(2, { 'user.id': userId });
  calls.add(3, { 'user.id': userId, url: req.url });
}
`;

const found = (text: string, rule = 'metric-attribute-unbounded') => lintText(text, { rule }).findings;

describe('what says the same of one file', () => {
  test('is told once, at the first place, with the others beside it', () => {
    const [user, url, ...others] = found(METRICS);
    expect(METRICS.slice(user.start, user.end + 8)).toBe('userId, method');
    expect(user.related?.map(({ start }) => METRICS.slice(start, start + 6))).toEqual(['userId']);
    expect(user.message).toMatch(/The same holds for one other place of this file\.$/);
    expect(url.related ?? []).toEqual([]);
    expect(others).toEqual([]);
  });

  test('is mended at once, but for what a comment leaves alone', () => {
    const [{ fixes }] = found(METRICS);
    expect(fixes().map(({ title }) => title)).toEqual(['Remove user.id in 2 places']);
    const after = applyEdits(METRICS, fixes()[0].edits);
    expect(after.match(/'user\.id'/g)).toHaveLength(1);
    expect(found(after).map(({ message }) => message)).toEqual([expect.stringContaining('a URL')]);
  });

  test('adds an import that all of them need once', () => {
    const text = `
import { SEMATTRS_HTTP_METHOD } from '@opentelemetry/semantic-conventions';
import { trace } from '@opentelemetry/api';
trace.getActiveSpan()?.setAttributes({ [SEMATTRS_HTTP_METHOD]: 'GET' });
trace.getActiveSpan()?.setAttribute(SEMATTRS_HTTP_METHOD, 'GET');
`;
    const [{ fixes }, ...others] = found(text, 'deprecated-semconv');
    expect(others).toEqual([]);
    const after = applyEdits(text, fixes()[0].edits);
    expect(after.match(/ATTR_HTTP_REQUEST_METHOD/g)).toHaveLength(3);
    expect(found(after, 'deprecated-semconv')).toEqual([]);
  });

  test('spans one inside the other are not mended at once: the inner one is out of reach where the outer one ends', () => {
    const text = `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
export async function greet(id: number) {
  const outer = tracer.startSpan('name');
  const name = await nameOf(id);
  outer.end();
  const inner = tracer.startSpan('message');
  const message = await messageFor(name);
  inner.end();
  show(message);
}
`;
    const [errors, ...others] = found(text, 'span-not-ended-on-all-paths');
    expect(errors.related?.map(({ message }) => message)).toContain('and here');
    expect(others).toEqual([]);
    expect(errors.fixes()).toEqual([]);
  });

  test('spans that errors leave open are one finding, with one fix; ways out that are written are each their own', () => {
    const text = `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
export async function list(limit: number) {
  const sql = tracer.startSpan('sql');
  const rows = await query(limit);
  sql.end();
  return rows;
}
export async function load(id: number) {
  const sql = tracer.startSpan('sql');
  const row = await query(id);
  sql.end();
  return row;
}
export function save(order?: Order) {
  const span = tracer.startSpan('save');
  if (!order) return;
  span.end();
}
`;
    const [errors, returns, ...others] = found(text, 'span-not-ended-on-all-paths');
    expect(errors.message).toMatch(
      /^The span `sql` is not ended when the promise on line 6 rejects: .* The same holds for one other place/,
    );
    expect(returns.message).toContain('line 18 returns');
    expect(others).toEqual([]);
    const [fix] = errors.fixes();
    expect(fix.title).toBe('End the span in a finally block in 2 places');
    const after = applyEdits(text, fix.edits);
    expect(after.match(/finally/g)).toHaveLength(2);
    expect(found(after, 'span-not-ended-on-all-paths')).toHaveLength(1);
  });
});
