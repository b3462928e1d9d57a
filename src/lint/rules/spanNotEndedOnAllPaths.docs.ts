import type { RuleDocs } from '../docs';

export const spanNotEndedOnAllPathsDocs: RuleDocs = {
  id: 'span-not-ended-on-all-paths',
  why: `A \`return\`, a \`throw\` or a promise that rejects between the start and the end of a span skips \`end()\`. The span is then never exported, and
of all requests it is the ones that fail, or that are special, which leave no trace.`,
  remedy: `End the span in a \`finally\` block.`,
  leavesAlone: `The ways through the function are followed: branches, loops, \`switch\`, \`try\`, \`catch\` and \`finally\`, \`if (span)\` and \`span?.end()\`,
callbacks that end the span. A call that may throw is not taken for a way out, as long as nothing catches it; an \`await\` that may reject is,
as an **information**. Returns and throws are **warnings**.`,
  examples: [
    {
      name: 'An early return',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function applyCoupon(cents: number, coupon?: string): number {
  const span = «tracer.startSpan»('coupon.apply');
  if (coupon === undefined) return cents;
  const percent = percentOf(coupon);
  span.setAttribute('coupon.percent', percent);
  span.end();
  return cents - percent;
}
`,
      says: 'when line 7 returns',
      fixed: {
        'End the span in a finally block': `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function applyCoupon(cents: number, coupon?: string): number {
  const span = tracer.startSpan('coupon.apply');
  try {
    if (coupon === undefined) return cents;
    const percent = percentOf(coupon);
    span.setAttribute('coupon.percent', percent);
    return cents - percent;
  } finally {
    span.end();
  }
}
`,
      },
    },
    {
      name: 'An error that is thrown on',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const pay = (cents: number) =>
  «tracer.startActiveSpan»('pay', async (span) => {
    try {
      const receipt = await charge(cents);
      span.end();
      return receipt;
    } catch (error) {
      span.recordException(error);
      throw error;
    }
  });
`,
      says: 'when line 13 throws',
    },
    {
      name: 'A promise that rejects',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function load(id: number) {
  const span = «tracer.startSpan»('load');
  const row = await query(id);
  span.end();
  return row;
}

export function chained(id: number) {
  const span = «tracer.startSpan»('chained');
  return query(id).then((row) => {
    span.end();
    return row;
  });
}
`,
      says: 'the promise on line 7 rejects',
      fixed: {
        'End the span in a finally block': `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function load(id: number) {
  const span = tracer.startSpan('load');
  try {
    const row = await query(id);
    return row;
  } finally {
    span.end();
  }
}

export function chained(id: number) {
  const span = tracer.startSpan('chained');
  return query(id).then((row) => {
    span.end();
    return row;
  });
}
`,
      },
    },
    {
      name: 'One branch, one loop, one case',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function branch(ok: boolean) {
  const span = «tracer.startSpan»('branch');
  if (ok) span.end();
}
export function loop(list: readonly number[]) {
  for (const item of list) {
    const span = «tracer.startSpan»('loop');
    if (item < 0) continue;
    if (item === 0) return;
    span.end();
  }
}
export function cases(kind: string) {
  const span = «tracer.startSpan»('cases');
  switch (kind) {
    case 'a':
      span.end();
      break;
    case 'b':
      break;
  }
}
`,
    },
    {
      name: 'An exception that is caught before the end',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function view(keys: () => Attributes) {
  try {
    const span = «tracer.startSpan»('view');
    span.setAttributes(keys());
    span.end();
  } catch (error) {
    report(error);
  }
}
`,
    },
    {
      name: 'A branch of the callback that is to end it',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function onResolve(name: string) {
  const span = «tracer.startSpan»(name);
  return (result: unknown) => {
    if (result instanceof Error) {
      span.recordException(result);
    } else {
      span.end();
    }
  };
}
export function onAnswer(name: string) {
  const span = tracer.startSpan(name);
  return (result: unknown) => {
    if (result instanceof Error) span.recordException(result);
    else span.setAttribute('found', true);
    span.end();
  };
}
`,
    },
    {
      name: 'Every way out ends it',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function nested(id: number) {
  const span = tracer.startSpan('nested');
  try {
    try {
      return await query(id);
    } finally {
      span.setAttribute('done', true);
    }
  } catch {
    return undefined;
  } finally {
    span.end();
  }
}
export async function bothSides(id: number) {
  const span = tracer.startSpan('both sides');
  try {
    const row = await query(id);
    span.end();
    return row;
  } catch (error) {
    span.recordException(error as Error);
    span.end();
    throw error;
  }
}
export function perhaps(traced: boolean) {
  const span = traced ? tracer.startSpan('perhaps') : undefined;
  try {
    work();
  } finally {
    if (span) span.end();
  }
}
export function unsampled(id: number) {
  return tracer.startActiveSpan('unsampled', (span) => {
    if (span.constructor.name === 'NonRecordingSpan') return query(id);
    if (!span.isRecording()) return query(id);
    const rows = query(id);
    span.end();
    return rows;
  });
}
export function borrowed(error: Error) {
  const active = trace.getActiveSpan();
  const span = active ?? tracer.startSpan('error');
  span.recordException(error);
  if (!active) {
    span.end();
  }
  report(error);
}
export function everyCase(kind: string) {
  const span = tracer.startSpan('every case');
  switch (kind) {
    case 'a':
      span.end();
      return;
    default:
      span.end();
  }
}
export function loops(list: readonly number[]) {
  for (const item of list) {
    const span = tracer.startSpan('item');
    if (item < 0) {
      span.end();
      continue;
    }
    span.end();
  }
  for (;;) {
    const span = tracer.startSpan('turn');
    span.end();
    if (list.length === 0) break;
  }
}
export function promised(id: number) {
  const span = tracer.startSpan('promised');
  return query(id).finally(() => span.end());
}
export function both(id: number) {
  const span = tracer.startSpan('both');
  return query(id).then(
    () => span.end(),
    () => span.end(),
  );
}
export function events(request: Request) {
  const span = tracer.startSpan('events');
  request.on('end', () => span.end());
  request.on('error', () => span.end());
}
`,
    },
    {
      name: 'A helper that only describes the span',
      hidden: true,
      code: `
import { trace, SpanStatusCode, type Span } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function polled(topic: string, failure?: Error) {
  try {
    const span = tracer.startSpan('poll');
    setOutcome(span, failure);
    span.end();
    count(topic);
  } catch (error) {
    console.warn(error);
  }
}

function setOutcome(span: Span, failure?: Error) {
  if (failure) span.recordException(failure);
  span.setStatus({ code: failure ? SpanStatusCode.ERROR : SpanStatusCode.OK });
}
`,
    },
    {
      name: 'Promises that never reject',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
import { Result } from 'oxide.ts';
const tracer = trace.getTracer('shop');

export const all = () =>
  tracer.startActiveSpan('all', async (span) => {
    await Promise.allSettled([query(1), query(2)]);
    span.end();
  });
export const one = () =>
  tracer.startActiveSpan('one', async (span) => {
    const row = await Result.safe(query(1));
    span.end();
    return row;
  });
`,
    },
    {
      name: 'A handler that is left before the end',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function find(id: number) {
  const span = «tracer.startSpan»('find');
  return query(id)
    .then((row) => {
      if (!row) {
        return undefined;
      }
      span.end();
      return row;
    })
    .catch((error) => {
      span.end();
      throw error;
    });
}
export function load(id: number) {
  const span = tracer.startSpan('load');
  return query(id)
    .then((row) => {
      if (!row) {
        span.end();
        return undefined;
      }
      span.end();
      return row;
    })
    .catch((error) => {
      span.end();
      throw error;
    });
}
`,
      says: 'returns',
    },
    {
      name: 'A handler that ends it in a promise of its own',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function find(id: number) {
  const span = tracer.startSpan('find');
  return query(id)
    .then((row) => {
      return new Promise((resolve) => {
        span.end();
        resolve(row);
      });
    })
    .catch((error) => {
      span.end();
      throw error;
    });
}
`,
    },
    {
      name: 'A span that callbacks end in other cases',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function watch(cursor: Cursor) {
  const span = «tracer.startSpan»('watch');
  if (cursor.isOver) return cursor;
  cursor.onClose(() => span.end());
  return cursor;
}
`,
    },
    {
      name: 'A span that is named as the parent of others, before what is caught',
      hidden: true,
      language: 'js',
      code: `
const { trace } = require('@opentelemetry/api');
const tracer = trace.getTracer('shop');

export async function signIn(request, response) {
  try {
    const whole = «tracer.startSpan»('sign in');
    const part = tracer.startSpan('validate', { parent: whole });
    part.end();
    if (!request.body) throw new Error('no credentials');
    whole.end();
    response.json({});
  } catch (error) {
    response.status(400).json({ error: error.message });
  }
}
`,
    },
    {
      name: 'An awaited promise that answers its own rejection',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function load(response: Response) {
  const span = tracer.startSpan('load');
  const text = await response.text().catch(() => 'unknown');
  await response.body.cancel().catch((error) => console.warn(error));
  span.setAttribute('text', text);
  span.end();
}
export async function save(response: Response) {
  const span = «tracer.startSpan»('save');
  await response.text().catch((error) => report(error));
  span.end();
}
`,
      confidence: 'likely',
    },
    {
      name: 'A span that a function of the program’s own starts, by itself or with its context',
      confidence: 'likely',
      files: {
        'tracing.ts': `
import { context, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
export function startSession(user: string) {
  const span = tracer.startSpan('session', { attributes: { 'user.id': user } });
  return span;
}
export function startFrom(name: string) {
  const span = tracer.startSpan(name);
  return { span, ctx: trace.setSpan(context.active(), span) };
}
`,
      },
      code: `
import { startFrom, startSession } from './tracing';

export async function open(user: string) {
  const session = «startSession»(user);
  await connect(user);
  session.end();
}
export async function close(user: string) {
  const { span } = «startFrom»('close');
  if (!user) return;
  span.end();
}
export async function renew(user: string) {
  const session = startSession(user);
  try {
    await connect(user);
  } finally {
    session.end();
  }
}
`,
    },
    {
      name: 'Log lines of a class do not throw',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export class Probe {
  check() {
    try {
      const span = trace.getTracer('shop').startSpan('probe');
      this.logger.debug({ id: span.spanContext().spanId });
      span.end();
    } catch (error) {
      this.logger.warn('no spans', error);
    }
  }
}
`,
    },
    {
      name: 'A wait that cannot fail',
      hidden: true,
      files: {
        'sleep.ts': `export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
export async function pause() {
  await sleep(10);
}
`,
      },
      code: `
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { trace } from '@opentelemetry/api';
import { pause, sleep } from './sleep';
const later = promisify(setTimeout);

export class Shop {
  async open(ms: number) {
    const span = trace.getTracer('shop').startSpan('open');
    await sleep(ms);
    await pause();
    await wait(ms);
    await later(ms);
    await this.rest(ms);
    await new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
    span.end();
  }
  private rest(ms: number) {
    return new Promise((resolve) => {
      setImmediate(resolve, ms);
    });
  }
}
`,
    },
    {
      name: 'A wait that may fail',
      confidence: 'likely',
      hidden: true,
      code: `
import { setTimeout as wait } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function guarded(signal: AbortSignal) {
  const span = «tracer.startSpan»('guarded');
  await wait(100, undefined, { signal });
  span.end();
}
`,
    },
    {
      name: 'A promise of a timer that may reject',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function timed(work: () => void) {
  const span = «tracer.startSpan»('timed');
  await new Promise((resolve, reject) => setTimeout(() => reject(work()), 100));
  span.end();
}
`,
    },
    {
      name: 'A context made as the first versions of the API did',
      confidence: 'likely',
      hidden: true,
      code: `
import opentelemetry, { context, propagation, setSpan } from '@opentelemetry/api';
const tracer = opentelemetry.trace.getTracer('shop');

export async function publish(redis: Redis, payload: object) {
  const span = «tracer.startSpan»('publish');
  propagation.inject(setSpan(context.active(), span), payload);
  await redis.publish('orders', JSON.stringify(payload));
  span.end();
}
`,
    },
    {
      name: 'Work that is run in the context of the span',
      confidence: 'likely',
      hidden: true,
      code: `
import { context, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function load() {
  const span = «tracer.startSpan»('load');
  return context.with(trace.setSpan(context.active(), span), async () => {
    await fetch('https://shop.example/items');
    span.end();
  });
}
export function store() {
  const span = tracer.startSpan('store');
  return context.with(trace.setSpan(context.active(), span), async () => {
    try {
      await fetch('https://shop.example/items', { method: 'POST' });
    } finally {
      span.end();
    }
  });
}
`,
    },
  ],
};
