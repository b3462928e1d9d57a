import type { RuleDocs } from '../docs';

export const attributeMisplacedDocs: RuleDocs = {
  id: 'attribute-misplaced',
  why: `Some attributes are silently lost or misread: resource attributes on a span (a backend may take the span for another service's), keys with
white space, values that no attribute can hold, numbers sent as text, and attributes passed where \`startSpan\` expects its options.`,
  remedy: `Describe the process in the SDK's resource. Write keys as words joined by dots and underscores. Send text, numbers, booleans, or arrays of one of
these. Pass attributes as \`{ attributes: { … } }\`.`,
  leavesAlone: `Keys of your own in any style that backends can read, values whose kind the code does not show.`,
  examples: [
    {
      name: 'A resource attribute on a span',
      code: `
import { trace } from '@opentelemetry/api';

trace.getActiveSpan()?.setAttribute(«'service.name'», 'shop');
`,
      says: 'describes the process',
    },
    {
      name: 'Keys and values that get lost',
      code: `
import { trace } from '@opentelemetry/api';

export function load(cart: Cart) {
  const span = trace.getTracer('shop').startSpan('load', «{ 'cart.id': cart.id }»);
  span.setAttribute(«'cart size'», cart.size);
  span.setAttributes({ «'.cart'»: 1, cart: «{ size: 2 }», at: «new Date()», mixed: «[1, 'a']» });
  span.setAttribute('http.response.status_code', «'200'»);
  span.end();
}
`,
      fixed: {
        'Pass them as attributes': `
import { trace } from '@opentelemetry/api';

export function load(cart: Cart) {
  const span = trace.getTracer('shop').startSpan('load', { attributes: { 'cart.id': cart.id } });
  span.setAttribute('cart size', cart.size);
  span.setAttributes({ '.cart': 1, cart: { size: 2 }, at: new Date(), mixed: [1, 'a'] });
  span.setAttribute('http.response.status_code', '200');
  span.end();
}
`,
      },
    },
    {
      name: 'A number sent as text',
      code: `
import { trace } from '@opentelemetry/api';

trace.getActiveSpan()?.setAttribute('http.response.status_code', «'200'»);
`,
      fixed: {
        'Send the number 200': `
import { trace } from '@opentelemetry/api';

trace.getActiveSpan()?.setAttribute('http.response.status_code', 200);
`,
      },
    },
    {
      name: 'Attributes in their place',
      code: `
import { trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';

export const resource = resourceFromAttributes({ 'service.name': 'shop', 'process.pid': process.pid });
export function load(status: number, options: SpanOptions) {
  const span = trace.getTracer('shop').startSpan('load', { attributes: { cartSize: 1, 'cart.item_count': 2 }, kind: 2 });
  span.setAttributes({ 'http.response.status_code': status, tags: ['a', 'b'], sizes: [1, 2], note: '404' });
  trace.getTracer('shop').startSpan('other', options);
  span.end();
}
`,
    },
    {
      name: 'A service name that a setting asks for',
      confidence: 'possible',
      code: `
import { trace } from '@opentelemetry/api';

export const call = (options: { perService: boolean }, service: string) =>
  trace.getTracer('broker').startSpan('call', {
    attributes: { 'rpc.method': 'load', ...(options.perService && { «'service.name'»: service }) },
  });
`,
    },
    {
      name: 'A service name from elsewhere, which may be that of whom the span calls',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
import { nameOf } from './registry';

export const call = (address: string) =>
  trace.getTracer('broker').startSpan('call', { attributes: { «'service.name'»: nameOf(address) } });
`,
    },
    {
      name: 'The name of a container that the program runs',
      confidence: 'possible',
      code: `
import { trace } from '@opentelemetry/api';

export async function run(image: string) {
  const started = await start(image);
  trace.getActiveSpan()?.setAttribute(«'container.name'», started.label);
}
`,
    },
    {
      name: 'Options that nobody knows, perhaps of another version',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const load = (retries: number) => trace.getTracer('shop').startSpan('load', «{ retries }»);
`,
    },
    {
      name: 'Log records, whose attributes may be objects',
      hidden: true,
      code: `
import { logs } from '@opentelemetry/api-logs';

logs.getLogger('shop').emit({ body: 'paid', attributes: { cart: { items: 2 }, paidAt: new Date(), «'order number'»: 7 } });
`,
    },
  ],
};
