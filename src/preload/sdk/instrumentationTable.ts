/* eslint-disable @typescript-eslint/no-require-imports --
   a `require` with a literal is what the bundler turns into a module that is evaluated when it is first needed */
import type { Capture } from '../host';
import { BullTracing } from './bullTracing';
import { keepRoute } from './expressRoutes';
import { ReactRouterRequests } from './fileRoutes/reactRouter';
import type { WatchingInstrumentation } from './ownInstrumentation';
import { PrismaTracing } from './prismaTracing';
import { BetterSqliteTracing } from './sqlite/betterSqlite';

export interface PackageInstrumentation {
  /** Packages whose loading calls for it. */
  readonly packages: readonly string[];
  readonly create: (capture: Capture) => WatchingInstrumentation;
}

/** Instrumentations of packages, created when a file of theirs is about to be compiled. */
export const PACKAGE_INSTRUMENTATIONS: readonly PackageInstrumentation[] = [
  {
    packages: ['express'],
    create: () =>
      new (require('@opentelemetry/instrumentation-express').ExpressInstrumentation)({ requestHook: keepRoute }),
  },
  {
    packages: ['connect'],
    create: () => new (require('@opentelemetry/instrumentation-connect').ConnectInstrumentation)(),
  },
  { packages: ['koa'], create: () => new (require('@opentelemetry/instrumentation-koa').KoaInstrumentation)() },
  {
    packages: ['@hapi/hapi'],
    create: () => new (require('@opentelemetry/instrumentation-hapi').HapiInstrumentation)(),
  },
  {
    packages: ['fastify'],
    create: () => new (require('@fastify/otel').FastifyOtelInstrumentation)({ registerOnInitialization: true }),
  },
  {
    packages: ['@nestjs/core'],
    create: () => new (require('@opentelemetry/instrumentation-nestjs-core').NestInstrumentation)(),
  },
  {
    packages: ['socket.io'],
    create: () => new (require('@opentelemetry/instrumentation-socket.io').SocketIoInstrumentation)(),
  },
  {
    packages: ['graphql'],
    // A span for each field of a result tells nothing that its resolver's span does not.
    create: () =>
      new (require('@opentelemetry/instrumentation-graphql').GraphQLInstrumentation)({
        ignoreTrivialResolveSpans: true,
      }),
  },
  {
    packages: ['@grpc/grpc-js'],
    create: () => new (require('@opentelemetry/instrumentation-grpc').GrpcInstrumentation)(),
  },
  {
    packages: ['pg', 'pg-pool'],
    create: () => new (require('@opentelemetry/instrumentation-pg').PgInstrumentation)(),
  },
  { packages: ['mysql'], create: () => new (require('@opentelemetry/instrumentation-mysql').MySQLInstrumentation)() },
  {
    packages: ['mysql2'],
    create: () => new (require('@opentelemetry/instrumentation-mysql2').MySQL2Instrumentation)(),
  },
  {
    packages: ['tedious'],
    create: () => new (require('@opentelemetry/instrumentation-tedious').TediousInstrumentation)(),
  },
  {
    packages: ['mongodb'],
    create: () => new (require('@opentelemetry/instrumentation-mongodb').MongoDBInstrumentation)(),
  },
  {
    packages: ['mongoose'],
    create: () => new (require('@opentelemetry/instrumentation-mongoose').MongooseInstrumentation)(),
  },
  {
    packages: ['redis', '@redis/client', '@node-redis/client'],
    create: () => new (require('@opentelemetry/instrumentation-redis').RedisInstrumentation)(),
  },
  {
    packages: ['ioredis'],
    create: () => new (require('@opentelemetry/instrumentation-ioredis').IORedisInstrumentation)(),
  },
  { packages: ['bullmq'], create: () => new BullTracing() },
  { packages: ['react-router', '@remix-run/server-runtime'], create: (capture) => new ReactRouterRequests(capture) },
  { packages: ['better-sqlite3'], create: () => new BetterSqliteTracing() },
  { packages: ['@prisma/client'], create: () => new PrismaTracing() },
  { packages: ['knex'], create: () => new (require('@opentelemetry/instrumentation-knex').KnexInstrumentation)() },
  {
    packages: ['kafkajs'],
    create: () => new (require('@opentelemetry/instrumentation-kafkajs').KafkaJsInstrumentation)(),
  },
  {
    packages: ['amqplib'],
    create: () => new (require('@opentelemetry/instrumentation-amqplib').AmqplibInstrumentation)(),
  },
];
