import type { RuleDocs } from '../docs';

export const spanNotEndedDocs: RuleDocs = {
  id: 'span-not-ended',
  why: `A span is exported when it ends. One that is never ended never leaves the program: its time, its attributes and its errors are lost, and its
children point to a parent that nobody ever receives.`,
  remedy: `End the span in a \`finally\` block. \`startActiveSpan\` does not end it by itself either.`,
  leavesAlone: `A span that is returned, kept in a field or a map, handed to other code, or ended in a callback is somebody else's to end. Helper
functions of the program are looked into; where the tracer is known by its name alone, nothing is said.`,
  examples: [
    {
      name: 'Nobody calls `end()`',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function load(id: number) {
  const span = «tracer.startSpan»('load', { attributes: { 'product.id': id } });
  const product = await query(id); // slow
  span.setAttribute('found', product !== undefined);
  return product;
}
`,
      fixed: {
        'End the span in a finally block': `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function load(id: number) {
  const span = tracer.startSpan('load', { attributes: { 'product.id': id } });
  try {
    const product = await query(id); // slow
    span.setAttribute('found', product !== undefined);
    return product;
  } finally {
    span.end();
  }
}
`,
      },
    },
    {
      name: 'The callback of `startActiveSpan` leaves it open',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const load = (id: number) =>
  «tracer.startActiveSpan»('load', async (span) => {
    span.setAttribute('product.id', id);
    return query(id);
  });

export const count = () => «tracer.startActiveSpan»('count', () => query(0));
«tracer.startSpan»('started');
`,
      fixed: {
        'End the span in a finally block': `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const load = (id: number) =>
  tracer.startActiveSpan('load', async (span) => {
    try {
      span.setAttribute('product.id', id);
      return await query(id);
    } finally {
      span.end();
    }
  });

export const count = () => tracer.startActiveSpan('count', () => query(0));
tracer.startSpan('started');
`,
      },
    },
    {
      name: 'A helper that does not end it',
      code: `
import { trace, type Span } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const describe = (span: Span) => span.setAttribute('described', true);

export function load() {
  const span = «tracer.startSpan»('load');
  describe(span);
}
`,
    },
    {
      name: 'Spans that are ended through the active context',
      hidden: true,
      code: `
import { context, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function onRequest(req: Request, next: () => void) {
  const span = tracer.startSpan('request');
  const inside = trace.setSpan(context.active(), span);
  context.with(inside, next);
}
export function onResponse() {
  const span = trace.getSpan(context.active());
  if (span) span.end();
}
`,
    },
    {
      name: 'A tracer of another package, which ends its spans by itself',
      hidden: true,
      code: `
import * as trace from '@shop/sdk/telemetry';
import { tracer as own } from '@shop/telemetry';

export const load = (id: number) => trace.getTracer('shop').startActiveSpan('load', async () => query(id));
export const count = () => own.startActiveSpan(async () => query(0), { name: 'count' });
`,
    },
    {
      name: 'Spans that others end',
      code: `
import { trace, context, type Span } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const open = new Map<string, Span>();

export function begin(id: string) {
  const span = tracer.startSpan('begin');
  open.set(id, span);
}
export function returned() {
  const span = tracer.startSpan('returned');
  span.setAttribute('a', 1);
  return span;
}
export function inCallback(stream: Stream) {
  const span = tracer.startSpan('in callback');
  stream.on('close', () => span.end());
}
export function byHelper() {
  const span = tracer.startSpan('by helper');
  finish(span);
}
function finish(span: Span) {
  span.setAttribute('done', true);
  span.end();
}
export function inContext() {
  const span = tracer.startSpan('in context');
  const inner = trace.setSpan(context.active(), span);
  return inner;
}
export const fluent = () => tracer.startSpan('fluent').setAttribute('a', 1).end();
export const active = () => tracer.startActiveSpan('active', () => trace.getActiveSpan()?.end());
export const delegated = () => tracer.startActiveSpan('delegated', (span) => elsewhere(span));
class Holder {
  private span = tracer.startSpan('held');
  stop() {
    this.span.end();
  }
}
`,
    },
    {
      name: 'Returned to nobody',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function watch(work: () => Promise<void>, done: () => void) {
  «tracer.startActiveSpan»('watch', (span) => {
    work().then(done, () => span.setStatus({ code: 2 }));
    return span;
  });
}
export const begin = () => tracer.startActiveSpan('begin', (span) => span);
`,
    },
    {
      name: 'Packages as Deno and browsers name them',
      hidden: true,
      code: `
import { context, trace } from 'npm:@opentelemetry/api@1';
import { metrics, trace as served } from 'https://esm.sh/@opentelemetry/api@1.9.0?dts';
const tracer = trace.getTracer('shop');

export function load() {
  const span = «tracer.startSpan»('load');
  span.setAttribute('active', context.active() !== undefined);
  const other = «served.getTracer('shop').startSpan»('other');
  other.setAttribute('meters', metrics !== undefined);
}
`,
    },
    {
      name: 'Started by a function of the program’s own',
      confidence: 'likely',
      hidden: true,
      files: {
        'tracing.ts': `
import { trace, type Span } from '@opentelemetry/api';
export const begin = (name: string) => trace.getTracer('shop').startSpan(name);
export function timed(name: string) {
  const span = trace.getTracer('shop').startSpan(name);
  setTimeout(() => span.end(), 1000);
  return span;
}
const open: Record<string, { span: Span }> = {};
const started: Span[] = [];
export function remembered(name: string) {
  const span = trace.getTracer('shop').startSpan(name);
  open[name] = { span };
  return span;
}
export function listed(name: string) {
  const span = trace.getTracer('shop').startSpan(name);
  started.push(span);
  return span;
}
export function endAll() {
  for (const span of [...started, ...Object.values(open).map((each) => each.span)]) span.end();
}
`,
      },
      code: `
import { begin, listed, remembered, timed } from './tracing';

export function submit() {
  const span = «begin»('submit');
  span.setAttribute('cart.items', 2);
}
export function watch() {
  const span = timed('watch');
  span.setAttribute('cart.items', 2);
}
export function onStart() {
  remembered('start');
  const span = listed('start');
  span.setAttribute('cart.items', 2);
}
`,
    },
  ],
};
