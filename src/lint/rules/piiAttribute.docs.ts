import type { RuleDocs } from '../docs';

export const piiAttributeDocs: RuleDocs = {
  id: 'pii-attribute',
  why: `Whatever is set on a span leaves the program with the next export. It is kept by the collector, the backend and everybody who may look at
traces, far longer and far wider than the database it came from. E-mail addresses, names, phone numbers, addresses, card numbers and
birth dates make traces personal data, with all that laws ask of it.`,
  remedy: `Leave the value out, or set what answers the question without naming the person: an internal id, a hash, a country instead of an
address, \`has_email\` instead of the e-mail.`,
  leavesAlone: `Keys are split into words, so that \`email_hash\`, \`has_password\`, \`email.count\` and \`user.name.length\` are not taken for the data
itself. Booleans, numbers (but card, phone and identity numbers), unions of literals, hashed or masked values, settings, and texts in the
code such as \`user@example.com\` are left alone.`,
  examples: [
    {
      name: 'Accounts of databases, and names of what users do',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
import { SEMATTRS_DB_USER } from '@opentelemetry/semantic-conventions';

trace.getActiveSpan()?.setAttributes({
  [SEMATTRS_DB_USER]: options.username,
  'db.user': options.username,
  'app.action.user.name': action.name,
});
`,
    },
    {
      name: 'By the key, and by the value',
      code: `
import { trace } from '@opentelemetry/api';

export function login(user: { email: string; phone: string; plan: string }) {
  const span = trace.getActiveSpan();
  span?.setAttribute('user.email', «user.email»);
  span?.setAttributes({
    'app.contact': «user.phone», // how to reach them
    'app.plan': user.plan,
  });
}
`,
      says: 'an e-mail address',
      fixed: {
        'Remove user.email': `
import { trace } from '@opentelemetry/api';

export function login(user: { email: string; phone: string; plan: string }) {
  const span = trace.getActiveSpan();
  span?.setAttributes({
    'app.contact': user.phone, // how to reach them
    'app.plan': user.plan,
  });
}
`,
        'Send a hash as user.email_hash': `
import { trace } from '@opentelemetry/api';
import { createHash } from 'node:crypto';

export function login(user: { email: string; phone: string; plan: string }) {
  const span = trace.getActiveSpan();
  span?.setAttribute('user.email_hash', createHash('sha256').update(String(user.email)).digest('hex'));
  span?.setAttributes({
    'app.contact': user.phone, // how to reach them
    'app.plan': user.plan,
  });
}
`,
      },
    },
    {
      name: 'In the options of a new span, as a shorthand',
      code: `
import { trace } from '@opentelemetry/api';

export function register(email: string) {
  return trace.getTracer('shop').startSpan('register', { attributes: { plan: 'free', «email» } });
}
`,
      fixed: {
        'Remove email': `
import { trace } from '@opentelemetry/api';

export function register(email: string) {
  return trace.getTracer('shop').startSpan('register', { attributes: { plan: 'free' } });
}
`,
      },
    },
    {
      name: 'In texts: an event, a status, a name',
      code: `
import { trace, SpanStatusCode } from '@opentelemetry/api';

export function notify(customer: { firstName: string; email: string }) {
  const span = trace.getTracer('mail').startSpan('notify');
  span.addEvent(\`greeted \${«customer.firstName»}\`);
  span.addEvent('sent', { to: «customer.email» });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no such mailbox: ' + «customer.email» });
  span.end();
}
`,
    },
    {
      name: 'A whole person at once',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';

export function login(user: User) {
  trace.getActiveSpan()?.setAttributes({ ...«user» });
  trace.getActiveSpan()?.setAttribute('user.ip', «user.ip»);
}
`,
    },
    {
      name: 'Through a variable',
      code: `
import { trace } from '@opentelemetry/api';

export function send(order: Order) {
  const recipient = order.customer.email.toLowerCase();
  trace.getActiveSpan()?.setAttribute('mail.to', «recipient»);
}
`,
    },
    {
      name: 'Facts about the data, and not the data',
      code: `
import { createHash } from 'node:crypto';
import { trace } from '@opentelemetry/api';

export function login(user: User, emailCount: number) {
  const span = trace.getActiveSpan()!;
  span.setAttribute('user.email_hash', createHash('sha256').update(user.email).digest('hex'));
  span.setAttribute('user.email', hashEmail(user.email));
  span.setAttribute('user.email.domain', user.email.split('@')[1]);
  span.setAttribute('user.has_phone', user.phone !== undefined);
  span.setAttribute('user.email.length', user.email.length);
  span.setAttribute('user.email_verified', user.emailVerified);
  span.setAttribute('user.phone', Boolean(user.phone));
  span.setAttribute('email.count', emailCount);
  span.setAttribute('email.template', 'welcome');
  span.setAttribute('user.id', user.id);
  span.setAttribute('mail.from', 'noreply@shop.example');
  span.setAttribute('smtp.user', process.env.SMTP_EMAIL!);
  span.setAttribute('server.address', 'localhost');
}
`,
    },
    {
      name: 'In the options that a wrapper of your own takes',
      hidden: true,
      code: `
import { trace, type SpanOptions } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const begin = (name: string, options: SpanOptions) => tracer.startSpan(name, options);

export const signUp = (user: User) => begin('sign up', { attributes: { 'app.contact': «user.email» } });
`,
    },
    {
      name: 'On what another library hands out',
      confidence: 'likely',
      code: `
import { traced } from '@shop/tracing';

export const signUp = traced((ctx) => async (email: string) => {
  ctx.setAttribute('user.email', «email»);
  document.body.querySelector('input')?.setAttribute('user-email', email);
});
`,
    },
    {
      name: 'Full names of things',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const report = (testCase: { fullName: string }, repository: { full_name: string }) =>
  trace.getActiveSpan()?.setAttributes({ 'test.fullName': testCase.fullName, 'vcs.slug': repository.full_name });
`,
    },
    {
      name: 'An element of a page',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const span = document.createElement('span');
span.setAttribute('email', user.email);
document.querySelector('.x span').setAttribute('data-email', user.email);
`,
    },
    {
      name: 'Who wrote a commit',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const built = (commit: { author: { name: string } }) =>
  trace.getActiveSpan()?.setAttributes({ 'vcs.author_name': «commit.author.name», 'vcs.author_name_hash': hash(commit) });
`,
    },
    {
      name: 'The account of a database',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const connected = (account: { username: string; dbname: string }) =>
  trace.getActiveSpan()?.setAttributes({ 'secrets.username': account.username, 'secrets.dbname': account.dbname });
`,
    },
    {
      name: 'The only statement of a branch',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export function greet(email?: string) {
  const span = trace.getActiveSpan();
  if (email) span?.setAttribute('user.email', «email»);
  return hello(email);
}
`,
      fixed: {
        'Remove user.email': `
import { trace } from '@opentelemetry/api';

export function greet(email?: string) {
  const span = trace.getActiveSpan();
  return hello(email);
}
`,
      },
    },
    {
      name: 'Full names, of which some are of no person, and findings of a doctor or of a program',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export function report(fullName: string, diagnosis: string) {
  trace.getActiveSpan()?.setAttribute('greeted', «fullName»);
  trace.getActiveSpan()?.setAttribute('diagnosis', «diagnosis»);
}
`,
    },
    {
      name: 'A full name that is put together of what has no person in it',
      hidden: true,
      code: `
import { metrics } from '@opentelemetry/api';
const durations = metrics.getMeter('shop').createHistogram('duration');

export function measure(name: string, module: string) {
  const fullName = [module, name].join(':');
  durations.record(1, { operation: fullName });
}
`,
    },
    {
      name: 'The full name of a person',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const greet = (user: { fullName: string }) => trace.getActiveSpan()?.setAttribute('greeted', «user.fullName»);
`,
    },
    {
      name: 'Through a function that puts it on the span',
      code: `
import { context, trace, type Attributes, type Span } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

const withSpan = <T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>) =>
  tracer.startActiveSpan(name, { attributes: { app: 'shop', ...attributes } }, work);

function describe({ error, attributes }: { error?: Error; attributes?: Attributes }) {
  const span = trace.getSpan(context.active());
  for (const [key, value] of Object.entries(attributes ?? {})) if (value) span?.setAttribute(key, value);
  if (error) span?.recordException(error);
}

export const signIn = (email: string, phone: string) =>
  withSpan('sign in', { 'user.email': «email», plan: 'free' }, async () => {
    describe({ attributes: { phone: «phone» } });
  });
`,
    },
    {
      name: 'Functions that hide what they are given, and addresses of machines',
      hidden: true,
      code: `
import { trace, type Attributes } from '@opentelemetry/api';

const describe = (attributes: Attributes) => trace.getActiveSpan()?.setAttributes(redacted(attributes));
const search = (filter: { email: string }) => query(filter);

export function assign(job: Job, email: string) {
  describe({ email });
  search({ email });
  const deviceId = job.username;
  trace.getActiveSpan()?.setAttribute('login.device', deviceId);
  trace.getActiveSpan()?.setAttribute('cicd.worker.ip_address', job.runner.ip_address);
}
`,
    },
    {
      name: 'Put on an object that is written as a whole',
      code: `
import { trace } from '@opentelemetry/api';

export function signedIn(id: string, email?: string) {
  const attributes: Record<string, string> = { 'user.id': id };
  if (email) attributes['user.email'] = «email»;
  trace.getActiveSpan()?.setAttributes(attributes);
}
function described(email: string) {
  const found: Record<string, string> = {};
  found['customer.email'] = «email»;
  return found;
}
export const seen = (email: string) => trace.getActiveSpan()?.setAttributes(described(email));
`,
      fixed: {
        'Remove user.email': `
import { trace } from '@opentelemetry/api';

export function signedIn(id: string, email?: string) {
  const attributes: Record<string, string> = { 'user.id': id };
  trace.getActiveSpan()?.setAttributes(attributes);
}
function described(email: string) {
  const found: Record<string, string> = {};
  found['customer.email'] = email;
  return found;
}
export const seen = (email: string) => trace.getActiveSpan()?.setAttributes(described(email));
`,
      },
    },
    {
      name: 'Through an injected service, whose class inherits the method',
      files: {
        'base.ts': `
import { trace } from '@opentelemetry/api';
export abstract class Base {
  private readonly tracer = trace.getTracer('shop');
  protected run<T>(name: string, options: { attributes?: Record<string, string> }, work: () => T): T {
    return this.tracer.startActiveSpan(name, { attributes: options.attributes }, (span) => {
      try { return work(); } finally { span.end(); }
    });
  }
}
`,
        'tracing.service.ts': `
import { Base } from './base';
export class TracingService extends Base {
  workflow<T>(name: string, work: () => T, attributes: Record<string, string>): T {
    return this.run(name, { attributes: { 'app.workflow': name, ...attributes } }, work);
  }
}
`,
      },
      code: `
import type { TracingService } from './tracing.service';

export class Orders {
  constructor(private readonly tracing: TracingService) {}

  place(email: string) {
    return this.tracing.workflow('orders.place', () => save(email), { 'customer.email': «email» });
  }
}
export const cancel = (tracing: TracingService, email: string) =>
  tracing.workflow('orders.cancel', () => save(email), { 'customer.email': «email» });
`,
    },
    {
      name: 'What has to be made text, and may be a flag',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const changed = (input: Settings) =>
  trace.getActiveSpan()?.setAttribute('notify.email', «input.actionEmail?.toString() ?? 'unchanged'»);
`,
    },
    {
      name: 'Attributes of a log record',
      hidden: true,
      code: `
import { logs } from '@opentelemetry/api-logs';

export const signedUp = (form: { email: string; plan: string }) =>
  logs.getLogger('shop').emit({ body: 'signed up', attributes: { email: «form.email», plan: form.plan } });
`,
      says: "The log record's attribute",
    },
  ],
};
