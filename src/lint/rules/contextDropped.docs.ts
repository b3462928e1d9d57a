import type { RuleDocs } from '../docs';
import { laterExamples } from './contextDropped/later.examples';

export const contextDroppedDocs: RuleDocs = {
  id: 'context-dropped',
  why: `A span becomes the child of the span in the *active context*, which follows the program through calls, promises and timers. Code that
passes a fresh context, starts a span without making it active, or throws a new context away, cuts that thread: its spans show up beside
the request or as traces of their own, and the request's trace has a hole where the time went.`,
  remedy: `Start spans with \`startActiveSpan\`, or run the work in \`context.with(trace.setSpan(context.active(), span), …)\`. Pass
\`context.active()\` and not \`ROOT_CONTEXT\`. Contexts and baggage never change: use what \`setSpan\`, \`setBaggage\`, \`extract\` and
\`setValue\` give back. Carry the context over to callbacks that are run by somebody else with \`context.bind\`.`,
  leavesAlone: `Promises and Node's timers keep the context by themselves. New roots that say so (\`root: true\`, or links to where they come from),
contexts that an entry point extracts from a message, spans that are handed to other code, and listeners on what belongs to the request are
left alone.`,
  examples: [
    {
      name: '`ROOT_CONTEXT` as the parent while a span is open',
      code: `
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function order() {
  return tracer.startActiveSpan('order', async (span) => {
    const mail = tracer.startSpan('mail', {}, «ROOT_CONTEXT»);
    mail.end();
    span.end();
  });
}
`,
      says: '"order" is open here',
      fixed: {
        'Pass the active context': `
import { ROOT_CONTEXT, trace, context } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function order() {
  return tracer.startActiveSpan('order', async (span) => {
    const mail = tracer.startSpan('mail', {}, context.active());
    mail.end();
    span.end();
  });
}
`,
      },
    },
    {
      name: 'A span that is never made active, with spans below it',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

async function page(id: number) {
  const span = «tracer.startSpan»('page', { attributes: { 'product.id': id } });
  try {
    // both of these make spans
    const product = await load(id);
    return { product, stock: await load(id + 1) };
  } finally {
    span.end();
  }
}

const load = (id: number) => tracer.startActiveSpan('load', async (span) => {
  span.end();
  return id;
});
`,
      says: '`load` on line 9',
      fixed: {
        'Make it the active span for what follows': `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

async function page(id: number) {
  return tracer.startActiveSpan('page', { attributes: { 'product.id': id } }, async (span) => {
    try {
      // both of these make spans
      const product = await load(id);
      return { product, stock: await load(id + 1) };
    } finally {
      span.end();
    }
  });
}

const load = (id: number) => tracer.startActiveSpan('load', async (span) => {
  span.end();
  return id;
});
`,
        'Run the work below inside the span': `
import { trace, context } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

async function page(id: number) {
  const span = tracer.startSpan('page', { attributes: { 'product.id': id } });
  try {
    // both of these make spans
    const product = await context.with(trace.setSpan(context.active(), span), () => load(id));
    return { product, stock: await context.with(trace.setSpan(context.active(), span), () => load(id + 1)) };
  } finally {
    span.end();
  }
}

const load = (id: number) => tracer.startActiveSpan('load', async (span) => {
  span.end();
  return id;
});
`,
      },
    },
    {
      name: 'A library that makes spans, below a span that is not active',
      confidence: 'likely',
      files: { 'package.json': '{ "dependencies": { "@opentelemetry/sdk-node": "1" } }' },
      code: `
import { trace } from '@opentelemetry/api';
import axios from 'axios';

export async function load(id: number) {
  const span = «trace.getTracer('shop').startSpan»('load');
  const answer = await axios.get('https://stock.example/' + id);
  span.end();
  return answer.data;
}
`,
    },
    {
      name: 'A wrapped method that runs beside its span',
      confidence: 'possible',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('client');

export const wrap = (original: (...args: unknown[]) => Promise<unknown>) =>
  function (this: unknown, ...args: unknown[]) {
    const span = «tracer.startSpan»('generate');
    const response = original.apply(this, args);
    return response.finally(() => span.end()).then((value) => value);
  };
export const inside = (original: (...args: unknown[]) => Promise<unknown>) =>
  function (this: unknown, ...args: unknown[]) {
    return tracer.startActiveSpan('generate', async (span) => {
      const value = await original.apply(this, args);
      span.end();
      return value;
    });
  };
`,
    },
    {
      name: 'A context in which nothing runs',
      confidence: 'likely',
      code: `
import { context, trace, type Span } from '@opentelemetry/api';

export const before = (span: Span) =>
  new Promise<void>((resolve) => {
    «context.with»(trace.setSpan(context.active(), span), () => resolve());
  });
`,
    },
    {
      name: 'A new context that nobody takes',
      code: `
import { context, propagation, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function receive(message: Message) {
  «propagation.extract(context.active(), message.headers)»;
  const span = tracer.startSpan('receive');
  await handle(message);
  span.end();
}
`,
      says: 'it is thrown away',
      fixed: {
        'Run what follows inside the new context': `
import { context, propagation, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function receive(message: Message) {
  await context.with(propagation.extract(context.active(), message.headers), async () => {
    const span = tracer.startSpan('receive');
    await handle(message);
    span.end();
  });
}
`,
      },
    },
    {
      name: 'Contexts and baggage that were thought to change',
      code: `
import { context, propagation, trace } from '@opentelemetry/api';

export function mark(span: import('@opentelemetry/api').Span) {
  let baggage = propagation.createBaggage();
  «baggage.setEntry('tier', { value: 'gold' })»;
  const inner = «trace.setSpan(context.active(), span)»;
  return baggage;
}
`,
      fixed: {
        'Keep what it gives in baggage': `
import { context, propagation, trace } from '@opentelemetry/api';

export function mark(span: import('@opentelemetry/api').Span) {
  let baggage = propagation.createBaggage();
  baggage = baggage.setEntry('tier', { value: 'gold' });
  const inner = trace.setSpan(context.active(), span);
  return baggage;
}
`,
      },
    },
    {
      name: 'A generator run inside a span',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

async function* pages() {
  yield 1;
}

export const all = () => tracer.startActiveSpan('all', () => «pages()»);
export const more = () => tracer.startActiveSpan('more', «async function*» (span) {
  yield 1;
  span.end();
});
`,
    },
    {
      name: 'Contexts that are used',
      code: `
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function receive(message: Message) {
  const parent = propagation.extract(ROOT_CONTEXT, message.headers);
  return tracer.startActiveSpan('receive', {}, parent, async (span) => {
    const later = tracer.startSpan('later', { links: [{ context: span.spanContext() }] }, ROOT_CONTEXT);
    later.end();
    setTimeout(() => tracer.startSpan('tick').end(), 10);
    await handle(message);
    span.end();
  });
}

export async function page() {
  const span = tracer.startSpan('page');
  const inside = trace.setSpan(context.active(), span);
  await context.with(inside, () => load());
  const child = tracer.startSpan('child', {}, inside);
  child.end();
  span.end();
}

export async function measured() {
  const span = tracer.startSpan('measured');
  await withSpan(span, () => load());
  span.end();
}

export function started() {
  const span = tracer.startSpan('started');
  load();
  return span;
}

const load = () => tracer.startActiveSpan('load', async (span) => span.end());
`,
    },
    ...laterExamples,
    {
      name: 'Spans of a class in another file',
      files: {
        'sorter.js': `const { trace } = require('@opentelemetry/api');
class Sorter {
  constructor(tracer) {
    this.tracer = tracer;
  }
  sort(list) {
    const span = this.tracer.startSpan('sort');
    list.sort();
    span.end();
  }
  size(list) {
    return list.length;
  }
}
module.exports = Sorter;
`,
      },
      language: 'js',
      hidden: true,
      code: `
const { trace } = require('@opentelemetry/api');
const Sorter = require('./sorter');
const tracer = trace.getTracer('shop');
const sorter = new Sorter(tracer);

export function sort(list) {
  const span = «tracer.startSpan»('sort all');
  sorter.sort(list);
  span.end();
}
export function measure(list) {
  const span = tracer.startSpan('measure');
  sorter.size(list);
  span.end();
}
`,
    },
    {
      name: 'Spans that a callback makes, perhaps later',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function answer(log: () => void) {
  const span = «tracer.startSpan»('answer');
  setTimeout(() => {
    tracer.startSpan('log').end();
    log();
    span.end();
  }, 0);
}
`,
    },
    {
      name: 'A context that is entered and left',
      confidence: 'likely',
      hidden: true,
      code: `
import { context, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function begin() {
  const span = tracer.startSpan('begin');
  «context.with»(trace.setSpan(context.active(), span), () => {});
  return span;
}
`,
    },
    {
      name: 'A decorator that leaves what it wraps beside its span',
      confidence: 'possible',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const Traced = () => (target: object, key: string, descriptor: PropertyDescriptor) => {
  const originMethod = descriptor.value;
  descriptor.value = async function (...args: unknown[]) {
    const span = «trace.getTracer('shop').startSpan»(key);
    try {
      return await originMethod.apply(this, args);
    } finally {
      span.end();
    }
  };
};
`,
    },
    {
      name: 'A client that `require` brings',
      confidence: 'possible',
      hidden: true,
      language: 'js',
      code: `
const { trace } = require('@opentelemetry/api');
const axios = require('axios').default;

exports.send = async (mail) => {
  const span = «trace.getTracer('shop').startSpan»('send');
  await axios.post('https://mail.example', mail);
  span.end();
};
`,
    },
    {
      name: 'A decorator around a method of any name',
      confidence: 'possible',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export function Measured(target: object, key: string, propertyDescriptor: PropertyDescriptor) {
  const method = propertyDescriptor.value;
  propertyDescriptor.value = function (...args: unknown[]) {
    const span = «trace.getTracer('shop').startSpan»(key);
    return method.apply(this, args).finally(() => {
      span.end();
    });
  };
}
`,
    },
  ],
};
