import type { RuleDocs } from '../docs';

export const missingPropagationDocs: RuleDocs = {
  id: 'missing-propagation',
  why: `A trace goes from one process to another only when its context is sent along: over HTTP the instrumentation writes \`traceparent\`, into a message
of a queue somebody has to. Where that is missing on either side, the work behind the queue is a trace of its own.`,
  remedy: `Send: \`propagation.inject(context.active(), message.headers)\`. Receive: \`propagation.extract(ROOT_CONTEXT, message.headers)\` as the parent of the
span, or for a batch one link for each message. Or install the instrumentation of the library, which does both.`,
  leavesAlone: `Projects that depend on an instrumentation of the library, and code that mentions \`inject\`, \`extract\`, \`traceparent\` or links. kafkajs,
amqplib, SQS, SNS, BullMQ (with Nest's processors), pg-boss, NATS, Azure Service Bus, the other clients of Kafka, worker threads and child processes are
known. What a worker sends back to its parent is an answer and needs none.`,
  examples: [
    {
      name: 'A message sent without its context',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
import { Kafka } from 'kafkajs';
const tracer = trace.getTracer('shop');
const producer = new Kafka({ brokers: [] }).producer();

export const publish = (order: Order) =>
  tracer.startActiveSpan('publish', async (span) => {
    await «producer.send»({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });
    span.end();
  });
`,
      says: '@opentelemetry/instrumentation-kafkajs',
    },
    {
      name: 'A message received without its context',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
import { Worker } from 'bullmq';
import { Kafka } from 'kafkajs';
const tracer = trace.getTracer('shop');
const consumer = new Kafka({ brokers: [] }).consumer({ groupId: 'mail' });

await consumer.run({
  eachMessage: async ({ message }) => {
    await «tracer.startActiveSpan»('mail', async (span) => {
      await mail(message);
      span.end();
    });
  },
});
new Worker('invoices', async (job) => {
  const span = «tracer.startSpan»('invoice');
  await invoice(job);
  span.end();
});
`,
    },
    {
      name: 'Work handed to a thread or a process',
      confidence: 'likely',
      code: `
import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const worker = new Worker('./resize.js');

export const resize = (image: string) =>
  tracer.startActiveSpan('resize', (span) => {
    «worker.postMessage»({ image });
    const child = «fork»('./report.js', [image]);
    child.once('exit', () => span.end());
  });
`,
      says: 'a worker thread',
    },
    {
      name: 'An answer, and messages with a carrier',
      hidden: true,
      code: `
import { parentPort, Worker } from 'node:worker_threads';
import { context, propagation, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const worker = new Worker('./resize.js');

export const resize = (image: string) =>
  tracer.startActiveSpan('resize', (span) => {
    const carrier = {};
    propagation.inject(context.active(), carrier);
    worker.postMessage({ image, carrier });
    span.end();
  });
export const answer = () =>
  tracer.startActiveSpan('answer', (span) => {
    parentPort?.postMessage('done');
    span.end();
  });
`,
    },
    {
      name: 'Contexts that are sent and taken',
      code: `
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import amqp from 'amqplib';
import { Kafka } from 'kafkajs';
const tracer = trace.getTracer('shop');
const kafka = new Kafka({ brokers: [] });
const producer = kafka.producer();
const consumer = kafka.consumer({ groupId: 'mail' });

export const publish = (order: Order) =>
  tracer.startActiveSpan('publish', async (span) => {
    const headers = {};
    propagation.inject(context.active(), headers);
    await producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order), headers }] });
    span.end();
  });
export const outside = (order: Order) => producer.send({ topic: 'orders', messages: [] });
await consumer.run({
  eachMessage: async ({ message }) => {
    const parent = propagation.extract(ROOT_CONTEXT, message.headers);
    await tracer.startActiveSpan('mail', {}, parent, async (span) => span.end());
  },
});
mailer.send({ to: 'nobody' });
`,
    },
    {
      name: 'An instrumentation that does it',
      files: { 'package.json': '{ "dependencies": { "@opentelemetry/instrumentation-amqplib": "1" } }' },
      code: `
import { trace } from '@opentelemetry/api';
import amqp from 'amqplib';
const tracer = trace.getTracer('shop');

export async function publish(order: Order) {
  const channel = await (await amqp.connect('amqp://localhost')).createChannel();
  tracer.startActiveSpan('publish', (span) => {
    channel.sendToQueue('orders', Buffer.from('x'));
    span.end();
  });
}
`,
    },
    {
      name: 'A comment that speaks of propagation',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
import { Worker } from 'bullmq';
const tracer = trace.getTracer('shop');

new Worker('mails', async (job) => {
  // Propagate the tenant to all that follows
  return «tracer.startActiveSpan»('mail', async (span) => span.end());
});
`,
    },
    {
      name: 'A payload that carries the context',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
import { Queue } from 'bullmq';
const tracer = trace.getTracer('shop');
const queue = new Queue('mails');

export function enqueue(mail: object, current: string) {
  const data = { ...mail, traceparent: current };
  return tracer.startActiveSpan('enqueue', async (span) => {
    await queue.add('mail', data);
    span.end();
  });
}
`,
    },
    {
      name: 'Processors of Nest, and other queues',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
import { connect } from 'nats';
import { Process, Processor } from '@nestjs/bull';
import { WorkerHost } from '@nestjs/bullmq';
import PgBoss from 'pg-boss';
const tracer = trace.getTracer('shop');
const boss = new PgBoss('postgres://localhost');
const nats = await connect();

@Processor('mails')
export class Mails extends WorkerHost {
  async process(job: Job) {
    return «tracer.startActiveSpan»('mail', async (span) => span.end());
  }
}
export class Invoices {
  @Process('invoice')
  async handle(job: Job) {
    return «tracer.startActiveSpan»('invoice', async (span) => span.end());
  }
  process(job: Job) {
    return tracer.startActiveSpan('of nobody', async (span) => span.end());
  }
}
await boss.work('reports', async (job) => {
  await «tracer.startActiveSpan»('report', async (span) => span.end());
});
export const order = (id: number) =>
  tracer.startActiveSpan('order', async (span) => {
    await «boss.send»('orders', { id });
    «nats.publish»('orders', String(id));
    span.end();
  });
`,
    },
    {
      name: 'A span inside of a function that takes the context out',
      hidden: true,
      code: `
import { context, propagation, trace } from '@opentelemetry/api';
import { Worker, type Job } from 'bullmq';

const tracer = trace.getTracer('mails');
function jobSpan<T>(job: Job, work: () => Promise<T>): Promise<T> {
  const parent = propagation.extract(context.active(), job.data.carrier);
  return tracer.startActiveSpan(job.name, {}, parent, (span) => work().finally(() => span.end()));
}
export const worker = new Worker('mails', (job) =>
  jobSpan(job, () => tracer.startActiveSpan('render', async (span) => span.end())),
);
`,
    },
  ],
};
