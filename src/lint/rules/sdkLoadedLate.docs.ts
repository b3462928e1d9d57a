import type { RuleDocs } from '../docs';

export const sdkLoadedLateDocs: RuleDocs = {
  id: 'sdk-loaded-late',
  why: `Instrumentations patch a library while it is loaded. A library that is loaded before the SDK starts stays as it is: its spans are missing, and
with them the context for everything below. In ES modules imports run before all other statements of a file, whatever stands first, and Node
reads all of them before it runs any: an SDK imported beside the libraries comes too late for them.`,
  remedy: `Start the SDK in a file of its own and load it before the program: \`node --import ./telemetry.js app.js\`, or \`--require\` for CommonJS. Or, in
CommonJS, import that file before all others.`,
  leavesAlone: `Libraries for which no instrumentation is set up, imports of types, and packages whose scripts start the program with \`--import\` or
\`--require\`. For \`http\` and \`https\` it is a **hint**: they are patched as soon as anybody loads them again.`,
  examples: [
    {
      name: 'The SDK started beside the libraries',
      code: `
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import express from «'express'»;

new NodeSDK({ serviceName: 'shop', instrumentations: [getNodeAutoInstrumentations()] }).start();
const app = express();
`,
      says: 'imports run before all else',
    },
    {
      name: 'The SDK loaded after them',
      files: {
        'telemetry.ts': `
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { NodeSDK } from '@opentelemetry/sdk-node';
new NodeSDK({ serviceName: 'shop', instrumentations: [new ExpressInstrumentation()] }).start();
`,
      },
      code: `
import express from «'express'»;
import './telemetry';

const app = express();
`,
      fixed: {
        'Load ./telemetry first': `
import './telemetry';
import express from 'express';

const app = express();
`,
      },
    },
    {
      name: 'The SDK started by a call',
      language: 'js',
      files: {
        'telemetry.js': `
const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');
const { NodeSDK } = require('@opentelemetry/sdk-node');
exports.setUp = () => new NodeSDK({ serviceName: 'shop', instrumentations: [getNodeAutoInstrumentations()] }).start();
`,
      },
      code: `
const { setUp } = require('./telemetry');
const Koa = require(«'koa'»);
setUp();
const app = new Koa();
`,
      says: '`setUp()`',
    },
    {
      name: 'The SDK started by the function that starts the program',
      files: {
        'telemetry.ts': `
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core';
import { NodeSDK } from '@opentelemetry/sdk-node';
const sdk = new NodeSDK({ serviceName: 'shop', instrumentations: [new NestInstrumentation()] });
export async function setUp() {
  sdk.start();
}
export const shutDown = () => sdk.shutdown();
`,
      },
      code: `
import { NestFactory } from «'@nestjs/core'»;
import { AppModule } from './app.module';
import { setUp } from './telemetry';

async function bootstrap() {
  await setUp();
  const app = await NestFactory.create(AppModule);
  await app.listen(8080);
}
void bootstrap();
`,
      says: '`setUp()`',
    },
    {
      name: 'Another call than the one that starts it, and one in a function that others call',
      hidden: true,
      files: {
        'telemetry.ts': `
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core';
import { NodeSDK } from '@opentelemetry/sdk-node';
const sdk = new NodeSDK({ serviceName: 'shop', instrumentations: [new NestInstrumentation()] });
export const setUp = () => sdk.start();
export const shutDown = () => sdk.shutdown();
`,
      },
      code: `
import { NestFactory } from '@nestjs/core';
import { setUp, shutDown } from './telemetry';

async function bootstrap() {
  const app = await NestFactory.create({});
  process.once('SIGTERM', () => shutDown());
  await shutDown();
}
export function forTests() {
  setUp();
}
void bootstrap();
`,
    },
    {
      name: 'A library loaded by another file of the program',
      confidence: 'likely',
      files: {
        'app.ts': `
import express from 'express';
export const app = express();
`,
        'telemetry.ts': `
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { NodeSDK } from '@opentelemetry/sdk-node';
new NodeSDK({ serviceName: 'shop', instrumentations: [new ExpressInstrumentation()] }).start();
`,
      },
      code: `
import { app } from «'./app'»;
import './telemetry';

app.listen(8080);
`,
      says: '"express" is loaded by "./app"',
    },
    {
      name: 'An ES module that imports the SDK first',
      confidence: 'likely',
      language: 'js',
      files: {
        'package.json': '{ "type": "module", "scripts": { "start": "node main.js" } }',
        'telemetry.js': `
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { NodeSDK } from '@opentelemetry/sdk-node';
new NodeSDK({ serviceName: 'shop', instrumentations: [new ExpressInstrumentation()] }).start();
`,
      },
      code: `
import './telemetry.js';
import express from «'express'»;

const app = express();
`,
      says: 'read before the first of them runs',
    },
    {
      name: 'The same, bundled',
      hidden: true,
      language: 'js',
      files: {
        'package.json': '{ "type": "module", "scripts": { "build": "esbuild main.js --bundle" } }',
        'telemetry.js': `
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { NodeSDK } from '@opentelemetry/sdk-node';
new NodeSDK({ serviceName: 'shop', instrumentations: [new ExpressInstrumentation()] }).start();
`,
      },
      code: `
import './telemetry.js';
import express from 'express';

const app = express();
`,
    },
    {
      name: 'A call above the imports, which TypeScript leaves in their places',
      files: {
        'telemetry.ts': `
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { NodeSDK } from '@opentelemetry/sdk-node';
export const setUp = () => new NodeSDK({ serviceName: 'shop', instrumentations: [new ExpressInstrumentation()] }).start();
`,
      },
      code: `
import { setUp } from './telemetry';
setUp();

import express from 'express';

const app = express();
`,
    },
    {
      name: 'Libraries loaded in time',
      files: {
        'telemetry.ts': `
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { NodeSDK } from '@opentelemetry/sdk-node';
new NodeSDK({ serviceName: 'shop', instrumentations: [new ExpressInstrumentation()] }).start();
`,
      },
      code: `
import './telemetry';
import express, { type Request } from 'express';
import chalk from 'chalk';

const app = express();
`,
    },
    {
      name: 'Loaded by the command line',
      hidden: true,
      files: { 'package.json': '{ "scripts": { "start": "node --import ./telemetry.js app.js" } }' },
      code: `
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import express from 'express';

new NodeSDK({ serviceName: 'shop', instrumentations: [getNodeAutoInstrumentations()] }).start();
const app = express();
`,
    },
    {
      name: 'An SDK that a provider of Nest starts',
      confidence: 'likely',
      files: {
        'package.json': '{ "scripts": { "debug": "node -r tsconfig-paths/register -r ts-node/register src/main.ts" } }',
      },
      code: `
import { Injectable, OnModuleInit } from '@nestjs/common';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';

@Injectable()
export class Tracing implements OnModuleInit {
  private readonly sdk = new NodeSDK({ serviceName: 'shop', instrumentations: [getNodeAutoInstrumentations()] });

  async onModuleInit() {
    await «this.sdk.start»();
  }
}
`,
      says: 'when Nest has loaded',
    },
    {
      name: 'A provider of Nest that starts something else, and one that is handed a running SDK',
      hidden: true,
      code: `
import { Injectable, OnModuleInit } from '@nestjs/common';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';

export const sdk = new NodeSDK({ serviceName: 'shop', instrumentations: [new HttpInstrumentation()] });
sdk.start();

@Injectable()
export class Server implements OnModuleInit {
  constructor(private readonly broker: Broker) {}

  onModuleInit() {
    this.broker.start();
  }
}
`,
    },
    {
      name: 'What the exporter needs of gRPC',
      hidden: true,
      code: `
import { credentials } from '@grpc/grpc-js';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { NodeSDK } from '@opentelemetry/sdk-node';

const traceExporter = new OTLPTraceExporter({ credentials: credentials.createSsl() });
new NodeSDK({ serviceName: 'shop', traceExporter, instrumentations: [getNodeAutoInstrumentations()] }).start();
`,
    },
    {
      name: 'A call of what a module hands over',
      hidden: true,
      language: 'js',
      files: {
        'tracer.js': `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
module.exports = (serviceName) => new NodeSDK({ serviceName, instrumentations: [new ExpressInstrumentation()] }).start();
`,
      },
      code: `
const express = require(«'express'»);
require('./tracer')('shop');

express().listen(3000);
`,
      says: 'the call that starts the SDK',
    },
    {
      name: 'A part of the program that takes its tracer from the file of the SDK',
      confidence: 'possible',
      hidden: true,
      language: 'js',
      files: {
        'tracing.js': `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { trace } = require('@opentelemetry/api');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
new NodeSDK({ serviceName: 'shop', instrumentations: [new ExpressInstrumentation()] }).start();
exports.tracer = trace.getTracer('shop');
`,
      },
      code: `
const express = require(«'express'»);
const { tracer } = require('./tracing');

const router = express.Router();
router.get('/', (req, res) => tracer.startActiveSpan('list', (span) => (span.end(), res.send('none'))));
module.exports = router;
`,
    },
    {
      name: 'Clients of AWS',
      hidden: true,
      files: {
        'tracing.ts': `import { NodeSDK } from '@opentelemetry/sdk-node';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
export const secrets = new SecretsManagerClient();
new NodeSDK({ serviceName: 'shop', instrumentations: [new AwsInstrumentation()] }).start();
`,
      },
      code: `
import { SQSClient } from «'@aws-sdk/client-sqs'»;
import './tracing';

const sqs = new SQSClient();
poll(sqs);
`,
    },
    {
      name: 'A client of AWS that the SDK itself has a use for',
      hidden: true,
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';

export const secrets = new SecretsManagerClient();
new NodeSDK({ serviceName: 'shop', instrumentations: [new AwsInstrumentation()] }).start();
`,
    },
    {
      name: 'A part of the program whose client is loaded by another file',
      confidence: 'possible',
      hidden: true,
      files: {
        'client.ts': `import { credentials } from '@grpc/grpc-js';
export const plain = credentials.createInsecure();
`,
        'tracing.ts': `import { NodeSDK } from '@opentelemetry/sdk-node';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
new NodeSDK({ serviceName: 'shop', instrumentations: [new GrpcInstrumentation()] }).start();
export const traced = <T>(work: () => T) => work();
`,
      },
      code: `
import { plain } from «'./client'»;
import { traced } from './tracing';

export const prices = () => traced(() => plain);
`,
    },
    {
      name: 'A plugin that hears of Fastify’s servers whenever it was loaded',
      hidden: true,
      files: {
        'tracing.ts': `import { FastifyOtelInstrumentation } from '@fastify/otel';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
export const plugin = new FastifyOtelInstrumentation();
new NodeSDK({ serviceName: 'shop', instrumentations: [new UndiciInstrumentation(), plugin] }).start();
`,
      },
      code: `
import { fastify } from 'fastify';
import { plugin } from './tracing';

const app = fastify();
await app.register(plugin.plugin());
`,
    },
    {
      name: 'An SDK that another file sets up and `bootstrap()` starts',
      hidden: true,
      files: {
        'tracing.ts': `import { NodeSDK } from '@opentelemetry/sdk-node';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
const sdk = new NodeSDK({ serviceName: 'shop', instrumentations: [getNodeAutoInstrumentations()] });
export default sdk;
`,
      },
      code: `
import { NestFactory } from «'@nestjs/core'»;
import { AppModule } from './app.module';
import sdk from './tracing';

async function bootstrap() {
  sdk.start();
  const app = await NestFactory.create(AppModule);
  await app.listen(3000);
}
void bootstrap();
`,
    },
    {
      name: 'An SDK that a package of the same repository starts when it is told to',
      confidence: 'likely',
      hidden: true,
      files: {
        'packages/@shop/telemetry/index.ts': `export { startTelemetry } from './tracing';
export { logger } from './logger';
`,
        'packages/@shop/telemetry/logger.ts': `import pino from 'pino';
export const logger = pino();
`,
        'packages/@shop/telemetry/tracing.ts': `import { NodeSDK } from '@opentelemetry/sdk-node';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
export function startTelemetry(serviceName: string) {
  new NodeSDK({ serviceName, instrumentations: [getNodeAutoInstrumentations()] }).start();
}
`,
        'packages/@shop/cache/index.ts': `import { Redis } from 'ioredis';
export const cache = new Redis();
`,
        'wire.ts': `export { logger } from '@shop/telemetry';
import { cache } from '@shop/cache';
export const wire = () => cache;
`,
      },
      code: `
import { logger, startTelemetry } from '@shop/telemetry';
import { wire } from «'./wire'»;

startTelemetry('shop');
logger.info(wire());
`,
      says: '"ioredis" is loaded by "./wire"',
    },
    {
      name: 'A package of the same repository from which something else is called',
      hidden: true,
      files: {
        'packages/@shop/telemetry/index.ts': `import { NodeSDK } from '@opentelemetry/sdk-node';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
export function startTelemetry(serviceName: string) {
  new NodeSDK({ serviceName, instrumentations: [getNodeAutoInstrumentations()] }).start();
}
export const traceId = () => crypto.randomUUID();
`,
      },
      code: `
import { traceId } from '@shop/telemetry';
import { Redis } from 'ioredis';

const redis = new Redis();
void redis.set('started', traceId());
`,
    },
    {
      name: 'Instrumentations that are made before the libraries are loaded, and an SDK that is started after that',
      hidden: true,
      files: {
        'tracing.ts': `import { NodeSDK } from '@opentelemetry/sdk-node';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
export default new NodeSDK({ serviceName: 'shop', instrumentations: [getNodeAutoInstrumentations()] });
`,
      },
      code: `
import sdk from './tracing';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function bootstrap() {
  sdk.start();
  await (await NestFactory.create(AppModule)).listen(3000);
}
void bootstrap();
`,
    },
    {
      name: 'A module of Nest that starts the SDK it is handed',
      confidence: 'likely',
      hidden: true,
      code: `
import { Module, type OnModuleInit } from '@nestjs/common';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';

@Module({ providers: [{ provide: 'INSTRUMENTATIONS', useFactory: () => getNodeAutoInstrumentations() }] })
export class TelemetryModule implements OnModuleInit {
  constructor(private readonly sdk: NodeSDK) {}

  async onModuleInit() {
    await «this.sdk.start»();
  }
}
`,
    },
  ],
};
