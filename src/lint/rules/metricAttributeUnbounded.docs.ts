import type { RuleDocs } from '../docs';

export const metricAttributeUnboundedDocs: RuleDocs = {
  id: 'metric-attribute-unbounded',
  why: `Every combination of attribute values is a time series: the SDK keeps each in memory, sends each with every export, and backends charge
for each. One user id turns a counter into as many series as there are users; beyond the SDK's limit, 2,000 by default, everything falls into
one overflow series and the metric is worthless.`,
  remedy: `Give metrics attributes of few values: a route template, a status class, a tier, a type. What identifies one request belongs on its span;
exemplars link the two.`,
  leavesAlone: `Literals, enums, unions, booleans, and what is called a route, a method, a status or a type. \`queue.add(…)\` of a job queue is no
measurement: only instruments of a meter are looked at.`,
  examples: [
    {
      name: 'An id and a URL on a counter',
      code: `
import { metrics } from '@opentelemetry/api';
const meter = metrics.getMeter('shop');
const checkouts = meter.createCounter('checkouts');
const duration = meter.createHistogram('duration');

export function count(customer: { id: number; tier: string }, req: Request, ms: number) {
  checkouts.add(1, {
    'customer.id': «customer.id»,
    'customer.tier': customer.tier,
  });
  duration.record(ms, { method: req.method, target: «req.url» });
}
`,
      says: 'a customer id',
      fixed: {
        'Remove customer.id': `
import { metrics } from '@opentelemetry/api';
const meter = metrics.getMeter('shop');
const checkouts = meter.createCounter('checkouts');
const duration = meter.createHistogram('duration');

export function count(customer: { id: number; tier: string }, req: Request, ms: number) {
  checkouts.add(1, {
    'customer.tier': customer.tier,
  });
  duration.record(ms, { method: req.method, target: req.url });
}
`,
      },
    },
    {
      name: 'In the callback of an observable instrument, one for each of those that are there',
      confidence: 'possible',
      code: `
import { metrics } from '@opentelemetry/api';

metrics.getMeter('shop').createObservableGauge('open').addCallback((result) => {
  for (const session of sessions) result.observe(1, { session: «session.userId» });
});
`,
    },
    {
      name: 'A measurement for each tenant, which may be meant',
      confidence: 'possible',
      code: `
import { metrics } from '@opentelemetry/api';

metrics.getMeter('shop').createObservableGauge('pool.size').addCallback((result) => {
  for (const [tenant, pool] of pools) result.observe(pool.size, { 'tenant.id': «tenant» });
});
`,
    },
    {
      name: 'Few values, and queues of jobs',
      code: `
import { metrics } from '@opentelemetry/api';
import { Queue } from 'bullmq';
const requests = metrics.getMeter('shop').createCounter('requests');
const queue = new Queue('mails');

export function count(req: Request, status: number) {
  requests.add(1, { method: req.method, 'http.route': req.route.path, 'http.response.status_code': status });
  requests.add(1, { tier: req.user.tier, cached: true, shard: Math.floor(Math.random() * 6) });
  queue.add('mail', { userId: req.user.id, url: req.url });
  new Set().add(req.url);
}
`,
    },
    {
      name: 'A measurement for each thing on a list, which may be short',
      confidence: 'possible',
      code: `
import { metrics } from '@opentelemetry/api';
const bets = metrics.getMeter('arcade').createCounter('bets');

export const bet = (gameId: string, policyId: string) => bets.add(1, { 'game.id': «gameId», 'policy.id': policyId });
`,
    },
    {
      name: 'A server, of which there are few, observed one by one',
      confidence: 'possible',
      code: `
import { metrics } from '@opentelemetry/api';
const meter = metrics.getMeter('arcade');
const sent = meter.createCounter('sent');

export const send = (serverId: string) => sent.add(1, { 'server.id': «serverId» });
meter.createObservableGauge('up').addCallback((result) => {
  for (const [deviceId, device] of devices) result.observe(device.up, { 'device.id': «deviceId» });
});
`,
    },
    {
      name: 'A name that the caller chooses',
      confidence: 'likely',
      hidden: true,
      code: `
import { metrics } from '@opentelemetry/api';
import { Router, type Request } from 'express';
const greeted = metrics.getMeter('shop').createCounter('greeted');

export const router = Router().get('/hello/:name', (req: Request) => {
  const data = { route: '/hello/:name', name: «req.params.name» };
  greeted.add(1, data);
  greeted.add(1, { kind: req.params.type });
});
`,
    },
    {
      name: 'The name of a tool',
      hidden: true,
      code: `
import { metrics } from '@opentelemetry/api';
import type { CallToolRequest } from '@modelcontextprotocol/sdk/types.js';
const calls = metrics.getMeter('shop').createCounter('calls');

export const count = (req: CallToolRequest) => calls.add(1, { tool: req.params.name });
`,
    },
    {
      name: 'A path that is replaced before it is counted',
      hidden: true,
      code: `
import { metrics } from '@opentelemetry/api';
const requests = metrics.getMeter('shop').createCounter('requests');

export async function count(req: Request, next: () => Promise<void>) {
  let route = req.path;
  try {
    await next();
    route = routePath(req);
  } catch (error) {
    route = routePath(req);
    throw error;
  } finally {
    requests.add(1, { route });
  }
}
`,
    },
  ],
};
