import type { RuleDocs } from '../docs';

export const deprecatedSemconvDocs: RuleDocs = {
  id: 'deprecated-semconv',
  why: `The semantic conventions give attributes their names, and from time to time better ones: \`http.url\` became \`url.full\`, \`db.statement\` became
\`db.query.text\`. Dashboards, alerts and backends follow. A program that sends the old name drops out of them, one attribute after the other.`,
  remedy: `Write the new name. Where dashboards still need the old one, send both for a while: a file that writes both is left alone.`,
  leavesAlone: `What is outdated is read from the version of \`@opentelemetry/semantic-conventions\` that your project has installed; without it, from the
version that was current when Spanline was built, as an **information**. Attributes whose definition only moved to another
repository are not outdated. Only names with one successor in every case have a fix.`,
  examples: [
    {
      name: 'Keys written as text',
      confidence: 'likely',
      files: { 'package.json': '{ "dependencies": { "@opentelemetry/semantic-conventions": "1" } }' },
      code: `
import { trace } from '@opentelemetry/api';

export function query(sql: string, url: string) {
  const span = trace.getTracer('db').startSpan('query', { attributes: { «'db.statement'»: sql } });
  span.setAttribute(«'http.url'», url);
  span.end();
}
`,
      says: 'write `db.query.text`',
      fixed: {
        'Rename to db.query.text': `
import { trace } from '@opentelemetry/api';

export function query(sql: string, url: string) {
  const span = trace.getTracer('db').startSpan('query', { attributes: { 'db.query.text': sql } });
  span.setAttribute('http.url', url);
  span.end();
}
`,
      },
    },
    {
      name: 'Constants of the package',
      files: { 'package.json': '{ "dependencies": { "@opentelemetry/semantic-conventions": "1" } }' },
      code: `
import { trace } from '@opentelemetry/api';
import { SEMATTRS_HTTP_URL } from '@opentelemetry/semantic-conventions';

trace.getActiveSpan()?.setAttribute(«SEMATTRS_HTTP_URL», location.href);
`,
      fixed: {
        'Use ATTR_URL_FULL': `
import { trace } from '@opentelemetry/api';
import { ATTR_URL_FULL } from '@opentelemetry/semantic-conventions';

trace.getActiveSpan()?.setAttribute(ATTR_URL_FULL, location.href);
`,
      },
    },
    {
      name: 'A constant that is only spelled anew',
      confidence: 'likely',
      files: { 'package.json': '{ "dependencies": { "@opentelemetry/semantic-conventions": "1" } }' },
      code: `
import { SEMATTRS_HTTP_ROUTE, SEMRESATTRS_SERVICE_NAME } from '@opentelemetry/semantic-conventions';

export const keys = [«SEMATTRS_HTTP_ROUTE», «SEMRESATTRS_SERVICE_NAME»];
`,
      fixed: {
        'Use ATTR_HTTP_ROUTE': `
import { ATTR_HTTP_ROUTE, SEMRESATTRS_SERVICE_NAME } from '@opentelemetry/semantic-conventions';

export const keys = [ATTR_HTTP_ROUTE, SEMRESATTRS_SERVICE_NAME];
`,
      },
    },
    {
      name: 'A key that was split, in a project that has not installed the conventions',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';

trace.getActiveSpan()?.setAttribute(«'http.target'», '/search?q=1');
`,
      says: '`url.path` or `url.query`',
    },
    {
      name: 'A key that is read, where others may still write it',
      confidence: 'possible',
      files: { 'package.json': '{ "dependencies": { "@opentelemetry/semantic-conventions": "^1.0.0" } }' },
      code: `
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { SEMATTRS_HTTP_URL, SEMATTRS_HTTP_METHOD } from '@opentelemetry/semantic-conventions';

export const urlOf = (span: ReadableSpan) => span.attributes[«SEMATTRS_HTTP_URL»];
export const isRequest = (span: ReadableSpan) => has(span, «SEMATTRS_HTTP_METHOD»);
`,
    },
    {
      name: 'Both names, and names of your own',
      code: `
import { trace } from '@opentelemetry/api';
import { ATTR_HTTP_ROUTE } from '@opentelemetry/semantic-conventions';

export function query(sql: string, route: string) {
  const span = trace.getActiveSpan();
  span?.setAttributes({ 'db.statement': sql, 'db.query.text': sql });
  span?.setAttribute(ATTR_HTTP_ROUTE, route);
  span?.setAttribute('shop.cart.size', 3);
  span?.setAttribute('db.connection_string', '[REDACTED]');
}
`,
    },
    {
      name: 'A key that is written in several places, told once',
      confidence: 'likely',
      code: `
import { trace, type Span } from '@opentelemetry/api';

export function begin(span: Span, method: string) {
  span.setAttribute(«'http.method'», method);
}
export function retry(method: string) {
  trace.getTracer('shop').startSpan('retry', { attributes: { 'http.method': method } }).end();
}
`,
      says: 'The same holds for one other place of this file.',
      fixed: {
        'Rename to http.request.method in 2 places': `
import { trace, type Span } from '@opentelemetry/api';

export function begin(span: Span, method: string) {
  span.setAttribute('http.request.method', method);
}
export function retry(method: string) {
  trace.getTracer('shop').startSpan('retry', { attributes: { 'http.request.method': method } }).end();
}
`,
      },
    },
    {
      name: 'A constant that several spans share',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const COMMON = { «'db.system'»: 'postgresql', 'db.collection.name': 'carts' } as const;

export const load = () =>
  tracer.startActiveSpan('load', (span) => {
    span.setAttributes({ ...COMMON, 'db.operation.name': 'SELECT' });
    span.end();
  });
export const save = () =>
  tracer.startActiveSpan('save', { attributes: { ...COMMON, 'db.operation.name': 'INSERT' } }, (span) => span.end());
`,
    },
    {
      name: 'Constants that `require` brings',
      confidence: 'likely',
      hidden: true,
      language: 'js',
      code: `
const { SemanticResourceAttributes, SEMATTRS_HTTP_URL } = require('@opentelemetry/semantic-conventions');
const semconv = require('@opentelemetry/semantic-conventions');

exports.resource = { [«SemanticResourceAttributes.DEPLOYMENT_ENVIRONMENT»]: 'test', cwd: require('node:process').cwd() };
exports.request = (url) => ({ [«SEMATTRS_HTTP_URL»]: url, [«semconv.SEMATTRS_HTTP_TARGET»]: new URL(url).pathname });
`,
      fixed: {
        'Write deployment.environment.name': `
const { SemanticResourceAttributes, SEMATTRS_HTTP_URL } = require('@opentelemetry/semantic-conventions');
const semconv = require('@opentelemetry/semantic-conventions');

exports.resource = { ['deployment.environment.name']: 'test', cwd: require('node:process').cwd() };
exports.request = (url) => ({ [SEMATTRS_HTTP_URL]: url, [semconv.SEMATTRS_HTTP_TARGET]: new URL(url).pathname });
`,
      },
    },
    {
      name: 'A key in brackets',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
export const seen = (url: string) => trace.getActiveSpan()?.setAttributes({ [«'http.url'»]: url });
`,
      fixed: {
        'Rename to url.full': `
import { trace } from '@opentelemetry/api';
export const seen = (url: string) => trace.getActiveSpan()?.setAttributes({ ['url.full']: url });
`,
      },
    },
    {
      name: 'Constants whose keys stay',
      confidence: 'possible',
      hidden: true,
      language: 'js',
      code: `
const { SemanticResourceAttributes, SEMRESATTRS_SERVICE_VERSION } = require('@opentelemetry/semantic-conventions');

exports.resource = {
  [«SemanticResourceAttributes.SERVICE_NAME»]: 'shop',
  [«SEMRESATTRS_SERVICE_VERSION»]: '1.0.0',
};
`,
      says: 'ATTR_SERVICE_NAME',
    },
    {
      name: 'Log records',
      confidence: 'likely',
      hidden: true,
      code: `
import { logs, SeverityNumber } from '@opentelemetry/api-logs';

export function answered(method: string, status: number) {
  logs.getLogger('http').emit({
    severityNumber: SeverityNumber.INFO,
    body: 'answered',
    attributes: { «'http.method'»: method, «'http.status_code'»: status },
  });
  emitter.emit('answered', { attributes: { 'http.url': location.href }, severityText: 'INFO' });
}
`,
    },
    {
      name: 'What other emitters are told',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

bus.emit({ body: 'answered', attributes: { 'http.method': 'GET' } });
trace.getActiveSpan()?.end();
`,
    },
  ],
};
