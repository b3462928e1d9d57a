import type { FileModel } from '../model';

/** Libraries that an instrumentation patches when they are loaded, with the package that does. */
const PATCHED: readonly (readonly [RegExp, string])[] = [
  [/^(node:)?https?$/, '@opentelemetry/instrumentation-http'],
  [/^express$/, '@opentelemetry/instrumentation-express'],
  // `@fastify/otel` hears of each server that is made, whenever Fastify was loaded.
  [/^fastify$/, '@opentelemetry/instrumentation-fastify'],
  [/^koa$/, '@opentelemetry/instrumentation-koa'],
  [/^@hapi\/hapi$/, '@opentelemetry/instrumentation-hapi'],
  [/^@nestjs\/core$/, '@opentelemetry/instrumentation-nestjs-core'],
  [/^(pg|pg-pool)$/, '@opentelemetry/instrumentation-pg'],
  [/^mysql2?(\/promise)?$/, '@opentelemetry/instrumentation-mysql2'],
  [/^mongodb$/, '@opentelemetry/instrumentation-mongodb'],
  [/^mongoose$/, '@opentelemetry/instrumentation-mongoose'],
  [/^(redis|ioredis)$/, '@opentelemetry/instrumentation-ioredis'],
  [/^kafkajs$/, '@opentelemetry/instrumentation-kafkajs'],
  [/^amqplib/, '@opentelemetry/instrumentation-amqplib'],
  [/^graphql$/, '@opentelemetry/instrumentation-graphql'],
  [/^knex$/, '@opentelemetry/instrumentation-knex'],
  [/^@grpc\/grpc-js$/, '@opentelemetry/instrumentation-grpc'],
  [/^(aws-sdk|@aws-sdk\/(client|lib)-.+)$/, '@opentelemetry/instrumentation-aws-sdk'],
  [/^(pino|winston|bunyan)$/, '@opentelemetry/instrumentation-pino'],
];
const AUTO = '@opentelemetry/auto-instrumentations-node';

/** Its instrumentations include some that patch libraries; an SDK without them has nothing to be late for. */
export function patches(file: FileModel): boolean {
  return file.modules.some(
    ({ module }) =>
      module === AUTO || /opentelemetry.*instrumentation-|@prisma\/instrumentation|@fastify\/otel/.test(module),
  );
}

/** The instrumentation, among those that the SDK's file sets up, that would have patched the module. */
export function patcherOf(sdk: FileModel, module: string): string | undefined {
  const known = PATCHED.find(([pattern]) => pattern.test(module));
  if (!known) return undefined;
  const short = known[1].replace(/.*instrumentation-/, '');
  const isSetUp = sdk.modules.some(
    ({ module: used }) => used === AUTO || used === known[1] || used.endsWith(`instrumentation-${short}`),
  );
  return isSetUp ? known[1] : undefined;
}
