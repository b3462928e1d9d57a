import type { RuleDocs } from '../docs';

export const noisySpanDocs: RuleDocs = {
  id: 'noisy-span',
  why: `A span costs some microseconds and a few hundred bytes that are kept, encoded, sent and stored. Around a multiplication, in every turn of a loop,
it is what the program spends its time on; and a trace of a thousand such spans hides the one that matters.`,
  remedy: `Leave it out. What is worth knowing goes on the span around it: an attribute with the sum, an event, or a counter.`,
  leavesAlone: `Spans around work that waits for something, calls a function of the program, or loops itself; and callbacks that are async.`,
  examples: [
    {
      name: 'In every turn of a loop',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function total(items: readonly Item[]) {
  let cents = 0;
  for (const item of items) {
    const span = «tracer.startSpan»('price');
    cents += item.cents * item.count;
    span.setAttribute('price.cents', cents);
    span.end();
  }
  return cents + items.map((item) => «tracer.startActiveSpan»('tax', (span) => {
    const tax = Math.round(item.cents * 0.2);
    span.end();
    return tax;
  })).length;
}
`,
    },
    {
      name: 'In a getter',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

class Cart {
  get size() {
    return «tracer.startActiveSpan»('size', (span) => {
      span.end();
      return count(this);
    });
  }
}
`,
    },
    {
      name: 'Around a few assignments',
      confidence: 'possible',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function half(cents: number) {
  const span = «tracer.startSpan»('half');
  const result = Math.floor(cents / 2);
  span.end();
  return result;
}
`,
    },
    {
      name: 'Spans around work',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function all(items: readonly Item[]) {
  for (const item of items) {
    await tracer.startActiveSpan('load', async (span) => {
      await query(item);
      span.end();
    });
    const parsed = tracer.startSpan('parse');
    parse(item);
    parsed.end();
  }
  tracer.startSpan('marker').end();
  return tracer.startActiveSpan('sum', (span) => {
    let sum = 0;
    for (const item of items) sum += item.cents;
    span.end();
    return sum;
  });
}
`,
    },
  ],
};
