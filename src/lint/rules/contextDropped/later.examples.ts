import type { RuleExample } from '../../docs';

/** Of work that somebody else runs, later: listeners, queues, and what follows an await where zones carry the context. */
export const laterExamples: readonly RuleExample[] = [
  {
    name: 'A listener on what outlives the request',
    confidence: 'likely',
    code: `
import { EventEmitter } from 'node:events';
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const bus = new EventEmitter();

export function order(id: number) {
  return tracer.startActiveSpan('order', (span) => {
    «bus.once»('paid', () => {
      tracer.startActiveSpan('ship', (ship) => ship.end());
    });
    span.end();
  });
}
`,
    says: 'outlives the span',
    fixed: {
      'Bind it to this context': `
import { EventEmitter } from 'node:events';
import { trace, context } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const bus = new EventEmitter();

export function order(id: number) {
  return tracer.startActiveSpan('order', (span) => {
    bus.once('paid', context.bind(context.active(), () => {
      tracer.startActiveSpan('ship', (ship) => ship.end());
    }));
    span.end();
  });
}
`,
    },
  },
  {
    name: 'A task in a queue',
    confidence: 'likely',
    code: `
import { trace } from '@opentelemetry/api';
import PQueue from 'p-queue';
const tracer = trace.getTracer('shop');
const queue = new PQueue({ concurrency: 2 });

export const mail = (id: number) =>
  tracer.startActiveSpan('mail', async (span) => {
    await «queue.add»(() => tracer.startActiveSpan('send', (send) => send.end()));
    span.end();
  });
`,
    says: 'finishes the task before it',
  },
  {
    name: 'Zones under native await',
    confidence: 'possible',
    files: { 'package.json': '{ "dependencies": { "vite": "6" } }' },
    code: `
import { ZoneContextManager } from '@opentelemetry/context-zone';
import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';

new WebTracerProvider().register({ contextManager: new «ZoneContextManager»() });
`,
    says: 'vite',
  },
  {
    name: 'Listeners and tasks that take their context along, or need none',
    code: `
import { EventEmitter } from 'node:events';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import PQueue from 'p-queue';
const tracer = trace.getTracer('shop');
const bus = new EventEmitter();
const queue = new PQueue();

bus.on('start', () => tracer.startActiveSpan('start', (span) => span.end()));
export const order = (id: number, response: EventEmitter) =>
  tracer.startActiveSpan('order', async (span) => {
    bus.once('paid', context.bind(context.active(), () => tracer.startActiveSpan('ship', (ship) => ship.end())));
    bus.once('failed', () => console.log(id));
    bus.once('message', (headers) => {
      context.with(propagation.extract(ROOT_CONTEXT, headers), () => tracer.startSpan('message').end());
    });
    response.on('close', () => tracer.startActiveSpan('closed', (closed) => closed.end()));
    const own = new EventEmitter();
    own.on('part', () => tracer.startActiveSpan('part', (part) => part.end()));
    await queue.add(() => Promise.resolve(id));
    span.end();
  });
`,
  },
];
