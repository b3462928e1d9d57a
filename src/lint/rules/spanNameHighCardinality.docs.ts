import type { RuleDocs } from '../docs';

export const spanNameHighCardinalityDocs: RuleDocs = {
  id: 'span-name-high-cardinality',
  why: `A span's name stands for a kind of work: \`GET /orders/{id}\`, \`process order\`. Every tool groups by it: latency per operation, error
rates, service maps, alerts, Spanline's own line statistics. A name that holds a URL, an id, a time or an error message is new with
nearly every request: nothing can be grouped any more, and backends that index names slow down or drop data.`,
  remedy: `Give the span a fixed name, or one made of few values (a method, a route template, a table), and put what varies into an attribute,
where it can be searched for.`,
  leavesAlone: `Names are followed backwards through variables, parameters, helper functions and imported modules. Fixed text, enums, unions of
literals, constants, environment variables, route templates (\`req.route.path\`), and what goes by the name of a queue, a table, a model,
a class, a method or an operation are left alone. A function that takes the name from its caller is not reported; its callers are.

A finding is a **warning** where the value is shown to vary (\`req.url\`, \`user.id\`, \`Date.now()\`), an **information** where only a name
speaks for it (\`path\`, \`slug\`), and a **hint** where nothing is known of the value.`,
  examples: [
    {
      name: 'A name until the route is known',
      hidden: true,
      confidence: 'possible',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function handle(req: Request, res: Response) {
  const span = tracer.startSpan(\`GET \${«req.path»}\`);
  res.on('finish', () => {
    span.updateName(\`GET \${req.route.path}\`);
    span.end();
  });
}
`,
    },
    {
      name: 'A URL in the name',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function handle(req: Request) {
  return tracer.startActiveSpan(\`GET \${«req.url»}\`, (span) => {
    span.end();
  });
}
`,
      says: 'a URL (`req.url`)',
      fixed: {
        "Name the span 'GET' and set url.full as an attribute": `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function handle(req: Request) {
  return tracer.startActiveSpan('GET', { attributes: { 'url.full': req.url } }, (span) => {
    span.end();
  });
}
`,
      },
    },
    {
      name: 'An id that reaches the name by way of a variable, with attributes at hand',
      code: `
import { trace, SpanKind } from '@opentelemetry/api';

async function ship(orderId: string) {
  const label = 'ship order ' + orderId;
  const span = trace.getTracer('shop').startSpan(«label», { kind: SpanKind.CLIENT });
  span.end();
}
`,
      says: 'an order id',
      fixed: {
        "Name the span 'ship order' and set order.id as an attribute": `
import { trace, SpanKind } from '@opentelemetry/api';

async function ship(orderId: string) {
  const label = 'ship order';
  const span = trace.getTracer('shop').startSpan(label, { attributes: { 'order.id': orderId }, kind: SpanKind.CLIENT });
  span.end();
}
`,
      },
    },
    {
      name: 'Renaming the span after an error',
      code: `
import { trace } from '@opentelemetry/api';

try {
  work();
} catch (error) {
  trace.getActiveSpan()?.updateName(\`failed: \${«error.message»}\`);
}
`,
      says: 'an error message',
      fixed: {
        "Name the span 'failed' and set exception.message as an attribute": `
import { trace } from '@opentelemetry/api';

try {
  work();
} catch (error) {
  trace.getActiveSpan()?.updateName('failed').setAttribute('exception.message', error.message);
}
`,
      },
    },
    {
      name: 'A helper that makes the name',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const nameOf = (id: string) => \`job-\${id}-\${Date.now()}\`;

tracer.startActiveSpan(«nameOf('nightly')», (span) => span.end());
`,
      says: 'a clock',
    },
    {
      name: 'A wrapper of your own, found by its code',
      code: `
import { trace, type Span } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

function traced<T>(name: string, run: (span: Span) => T): T {
  return tracer.startActiveSpan(name, (span) => {
    try {
      return run(span);
    } finally {
      span.end();
    }
  });
}

export const load = (userId: string) => traced(\`load user \${«userId»}\`, () => fetchUser(userId));
`,
      says: 'a user id',
    },
    {
      name: 'A wrapper named in `spanline.lint.wrappers`',
      wrappers: ['withSpan'],
      code: `
import { withSpan } from '@shop/telemetry';

export const load = (userId: string) => withSpan(\`load \${«userId»}\`, () => fetchUser(userId));
`,
    },
    {
      name: 'A path of which only the name is known',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';

export function read(path: string) {
  const span = trace.getTracer('files').startSpan('read ' + «path»);
  span.end();
}
`,
    },
    {
      name: 'Names made of few values',
      code: `
import { trace } from '@opentelemetry/api';
import type { Request } from 'express';
const tracer = trace.getTracer('shop');
const OPERATIONS = { read: 'GET', write: 'PUT' } as const;

export function handle(req: Request, operation: 'get' | 'put', topic: string, model: string, active: boolean) {
  tracer.startSpan('checkout').end();
  tracer.startSpan(\`\${req.method} \${req.route.path}\`).end();
  tracer.startSpan(\`KV \${operation}\`).end();
  tracer.startSpan(\`\${topic} publish\`).end();
  tracer.startSpan(\`chat \${model}\`).end();
  tracer.startSpan(active ? 'on' : 'off').end();
  tracer.startSpan(\`store \${OPERATIONS.read}\`).end();
  tracer.startSpan(\`\${process.env.SERVICE} start\`).end();
  for (const step of ['parse', 'check'] as const) tracer.startSpan(\`step \${step}\`).end();
}
`,
    },
    {
      name: 'A path that is brought down to its template',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function handle(req: { path: string }) {
  tracer.startSpan(\`GET \${req.path.replace(/\\d+/g, ':id')}\`).end();
  tracer.startSpan(\`GET \${normalizePath(req.path)}\`).end();
}
`,
    },
    {
      name: 'The tracer of another product',
      hidden: true,
      code: `
import * as Sentry from '@sentry/node';
import tracer from 'dd-trace';

export function handle(req: Request) {
  tracer.startSpan(\`GET \${req.url}\`);
  Sentry.startSpan({ name: req.url }, () => {});
}
`,
    },
    {
      name: 'A constant of another module',
      files: {
        'names.ts': `export const NAMES = { pay: 'pay' } as const;\nexport enum Step { One = 'one' }\nexport const PREFIX = 'shop';\n`,
      },
      code: `
import { trace } from '@opentelemetry/api';
import { NAMES, PREFIX, Step } from './names';
const tracer = trace.getTracer('shop');

tracer.startSpan(NAMES.pay).end();
tracer.startSpan(\`\${PREFIX} \${Step.One}\`).end();
`,
    },
    {
      name: 'A tracer of your own that takes the name as an option',
      confidence: 'likely',
      code: `
import { tracer } from './telemetry';

export const load = (sessionId: string) => {
  tracer.startActiveSpan(async () => query(sessionId), { name: 'load' });
  const span = tracer.startSpan({ name: \`load \${«sessionId»}\`, attributes: { cached: true } });
  span.end();
};
`,
    },
    {
      name: 'A URL in reserve, where no route is found',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function handle(req: { method: string; url: string; route?: { path: string } }) {
  tracer.startSpan(\`\${req.method} \${«req.route?.path ?? req.url»}\`).end();
}
export function match(routes: Route[], url: string) {
  let found = url;
  for (const each of routes) if (each.matches(url)) found = each.template;
  tracer.startSpan(\`GET \${«found»}\`).end();
}
const nameOf = (req: { url: string }, template?: string) => template ?? req.url;
export const named = (req: { url: string }) => tracer.startSpan(«nameOf(req)»).end();
`,
    },
    {
      name: 'A path that is an attribute already',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const handle = (url: URL) =>
  trace.getTracer('shop').startSpan(\`GET \${«url.pathname»}\`, { attributes: { 'url.path': url.pathname } }).end();
`,
      fixed: {
        "Name the span 'GET' and set url.path as an attribute": `
import { trace } from '@opentelemetry/api';

export const handle = (url: URL) =>
  trace.getTracer('shop').startSpan('GET', { attributes: { 'url.path': url.pathname } }).end();
`,
      },
    },
    {
      name: 'A clock in seconds',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

const run = \`run \${Math.floor(Date.now() / 1000)}\`;
trace.getTracer('shop').startSpan(«run»).end();
`,
    },
    {
      name: 'Ids of what is written down in the program',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function score(definition: { id: string }, orchestratorId: string) {
  tracer.startSpan(\`score \${definition.id}\`).end();
  tracer.startSpan(\`orchestrate \${orchestratorId}\`).end();
  tracer.startSpan(\`POST \${new URL(completionsEndpoint())}\`).end();
}
`,
    },
    {
      name: 'A tracer of another module',
      files: {
        'telemetry.ts': `import { trace } from '@opentelemetry/api';\nexport const tracer = trace.getTracer('shop');\n`,
      },
      code: `
import { tracer } from './telemetry';

export const load = (sessionId: string) => tracer.startSpan(\`load \${«sessionId»}\`);
`,
    },
    {
      name: 'An id in reserve for a name, and the class of a model',
      confidence: 'possible',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function run(flow: { name?: string; flow_id: number }, llmIds: string[]) {
  tracer.startSpan(«flow.name || String(flow.flow_id)»).end();
  const llmId = llmIds[llmIds.length - 1];
  tracer.startSpan(\`\${llmId} task\`).end();
}
`,
    },
    {
      name: 'The URL of an element of a list, and the address that a client is made for',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
import { targets } from './targets';
const tracer = trace.getTracer('gateway');

for (const url of targets.urls) app.use(url, () => tracer.startSpan(\`forward \${«url»}\`).end());
targets.forEach((r) => app.use(r.url, () => tracer.startSpan(\`forward \${«r.url»}\`).end()));
targets.forEach(({ url }) => app.use(url, () => tracer.startSpan(\`forward \${«url»}\`).end()));

export class Client {
  constructor(private readonly baseAddress: { url: string }) {}
  ping() {
    return tracer.startSpan(\`ping \${«this.baseAddress.url»}\`);
  }
}
`,
    },
    {
      name: 'The path of a request where there is no route for it',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function handle(req: Request) {
  const routePattern = req.route && req.route !== '/*' ? req.route : req.path;
  return tracer.startSpan(\`handle \${«routePattern»}\`);
}
`,
    },
    {
      name: 'Ids of what programs also write down',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('flow');

export const run = (jobId: string) => tracer.startSpan(\`run \${«jobId»}\`);
`,
    },
    {
      name: 'Where a router is mounted, with the route below it',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const rename = (req: Request) => trace.getActiveSpan()?.updateName(\`\${req.method} \${req.baseUrl}\${req.route.path}\`);
`,
    },
    {
      name: 'A URL from where nobody sees, which may be one endpoint',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
import { prepare } from './prepare';

export async function send() {
  const { url } = await prepare();
  return trace.getTracer('shop').startSpan(\`POST \${«url.toString()»}\`);
}
`,
    },
    {
      name: 'A URL behind a part of it, both behind the route',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

const pathOf = (request: Request) => request.routeOptions.url ?? request.url.split('?')[0] ?? request.url;

export const begin = (request: Request) => trace.getTracer('shop').startSpan(\`GET \${«pathOf(request)»}\`);
`,
    },
    {
      name: 'Where files are served from, and phases of a plan',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function serve(basePath: string, phase: { id: string }) {
  tracer.startSpan(\`GET \${basePath}/*\`).end();
  tracer.startSpan(\`plan.\${phase.id}\`).end();
}
`,
    },
    {
      name: 'A name of which one text is left needs no template',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export function handle(req: { method: string; url: string }) {
  trace.getTracer('shop').startSpan(\`\${req.method} \${«req.url»}\`).end();
}
`,
      fixed: {
        'Name the span req.method and set url.full as an attribute': `
import { trace } from '@opentelemetry/api';

export function handle(req: { method: string; url: string }) {
  trace.getTracer('shop').startSpan(req.method, { attributes: { 'url.full': req.url } }).end();
}
`,
      },
    },
    {
      name: 'A path that is replaced before it becomes the name',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export async function rename(req: Request, next: () => Promise<void>) {
  let route = req.path;
  await next();
  if (req.route) {
    route = req.route.path;
  } else {
    route = 'none';
  }
  trace.getActiveSpan()?.updateName(\`\${req.method} \${route}\`);
}
`,
    },
    {
      name: 'A path that is replaced in some cases, or too late',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export function sometimes(req: Request) {
  let route = req.path;
  if (req.route) route = routePath(req);
  trace.getActiveSpan()?.updateName(«route»);
}
export function late(req: Request) {
  let route = req.path;
  trace.getActiveSpan()?.updateName(«route»);
  route = routePath(req);
}
export function unlessItThrows(req: Request) {
  let route = req.path;
  try {
    route = routePath(req);
  } finally {
    trace.getActiveSpan()?.updateName(«route»);
  }
}
`,
    },
    {
      name: 'What an instrumentation has written of the URL',
      hidden: true,
      code: `
import type { Span } from '@opentelemetry/sdk-trace-base';

export function requestHook(span: Span) {
  const path = span.attributes['http.target'];
  span.updateName(\`GET \${«path»}\`);
  span.updateName(\`GET \${span.attributes['http.route']}\`);
}
`,
      fixed: {
        "Name the span 'GET'": `
import type { Span } from '@opentelemetry/sdk-trace-base';

export function requestHook(span: Span) {
  const path = span.attributes['http.target'];
  span.updateName('GET');
  span.updateName(\`GET \${span.attributes['http.route']}\`);
}
`,
      },
    },
    {
      name: 'A service of one’s own whose method is called as a tracer’s is',
      hidden: true,
      files: {
        'otel.ts': `
import { trace, type Attributes } from '@opentelemetry/api';
export class OtelService {
  private readonly tracer = trace.getTracer('shop');
  startSpan(name: string, attributes?: Attributes) {
    return this.tracer.startSpan(name, { attributes });
  }
}
`,
      },
      code: `
import type { Span } from '@opentelemetry/api';
import { OtelService } from './otel';

export class Interceptor {
  constructor(private readonly service: OtelService) {}
  intercept(request: Request): Span {
    return this.service.startSpan(«request.url», { method: request.method });
  }
}
`,
    },
  ],
};
