import type { ExpectedSpan } from '../check';
import { CLIENT, CONSUMER, INTERNAL, MODULE_HOOKS, PRODUCER, SERVER, type Cell } from './cell';

function span(scope: string, name: RegExp, kind: number, site: string | null, count = 1): ExpectedSpan {
  return { name, scope, kind, site, count };
}

function packageCell(main: string, automatic: readonly ExpectedSpan[]): Cell {
  return {
    name: `no SDK, package ${main}`,
    program: 'packages',
    args: [main],
    sources: [main],
    automatic,
    needsNode: [20, 0],
  };
}

/** A request's server span is where its route was registered, or where the server was made. */
const server = (name: RegExp, site: string) => span('instrumentation-http', name, SERVER, site);

function koaSpans(layer: string | null, route: string): ExpectedSpan[] {
  return [
    span('koa', /^middleware - timing$/, INTERNAL, 'timing'),
    span('koa', /^router - \/hello\/:name$/, INTERNAL, layer),
    server(/^GET \/hello\/:name$/, route),
  ];
}

function drizzleSpans(): ExpectedSpan[] {
  const selects = ['kept', 'first of all', 'in transaction'];
  return [
    span('mysql2', /^insert/i, CLIENT, 'insert'),
    span('mysql2', /^update/i, CLIENT, 'second of all'),
    { name: /^select/i, scope: 'mysql2', kind: CLIENT, site: selects, count: selects.length },
  ];
}

/** Frameworks and drivers in the versions of today, against servers in the same process. */
export const PACKAGES: readonly Cell[] = [
  packageCell('express4.cjs', [
    span('express', /^request handler - \/users\/:id$/, INTERNAL, 'route /users/:id'),
    span('express', /^request handler - \/both$/, INTERNAL, 'route /both'),
    server(/^GET \/users\/:id$/, 'route /users/:id'),
    server(/^POST \/both$/, 'route /both'),
    // It hands on to what renders for all routes.
    server(/^GET \/orders\/:id$/, 'route /orders/:id'),
  ]),
  packageCell('koa.cjs', koaSpans('route /hello/:name', 'route /hello/:name')),
  { ...packageCell('koa.mjs', koaSpans('route /hello/:name', 'route /hello/:name')), needsNode: MODULE_HOOKS },
  packageCell('feathers.cjs', [
    {
      name: /^middleware - anonymous$/,
      scope: 'koa',
      kind: INTERNAL,
      site: ['made', 'parser', 'rest', 'rest'],
      count: 4,
    },
    server(/^GET$/, 'server'),
  ]),
  packageCell('fastify.cjs', [
    span('@fastify/otel', /^onRequest - audit$/, INTERNAL, null, 2),
    span('@fastify/otel', /^request$/, INTERNAL, null, 2),
    server(/^GET \/items\/:id$/, 'route /items/:id'),
    server(/^POST \/items$/, 'route /items'),
  ]),
  {
    ...packageCell('fastify.mjs', [
      server(/^GET \/things\/:id$/, 'route /things/:id'),
      server(/^GET \/things\/broken$/, 'route /things/broken'),
      server(/^GET \/api\/orders\/:id$/, 'route /api/orders/:id'),
      server(/^GET$/, 'server'),
    ]),
    sources: ['fastify.mjs', 'fastify-routes/orders'],
  },
  packageCell('hapi.cjs', [
    span('hapi', /^route - /, INTERNAL, null),
    server(/^GET \/rooms\/\{id\}$/, 'route /rooms/{id}'),
  ]),
  packageCell('connect.cjs', [
    span('connect', /^middleware - audit$/, INTERNAL, null),
    span('connect', /^request handler - \/plain$/, INTERNAL, null),
    server(/^GET \/plain$/, 'server'),
  ]),
  packageCell('nest.cjs', [
    span('nestjs-core', /^CatsController\.one$/, INTERNAL, null),
    server(/^GET \/cats\/:id$/, 'route /cats/:id'),
  ]),
  packageCell('graphql.cjs', [
    span('graphql', /^graphql\.parse$/, INTERNAL, 'graphql'),
    span('graphql', /^query$/, INTERNAL, 'graphql'),
  ]),
  packageCell('grpc.cjs', [
    span('grpc', /Greeter\/Greet$/, CLIENT, 'grpc'),
    span('grpc', /Greeter\/Greet$/, SERVER, null),
  ]),
  packageCell('socketio.cjs', [
    span('socket.io', /^send/, PRODUCER, 'emit'),
    span('socket.io', /^receive/, CONSUMER, null, 2),
  ]),
  packageCell('redis.cjs', [
    span('redis', /^redis-SET$/, CLIENT, 'redis.set'),
    span('redis', /^redis-GET$/, CLIENT, 'redis.get'),
  ]),
  packageCell('ioredis.cjs', [span('ioredis', /^get$/, CLIENT, 'ioredis.get')]),
  packageCell('mysql.cjs', [span('mysql', /^SELECT/, CLIENT, 'mysql')]),
  packageCell('mysql2.cjs', [span('mysql2', /^SELECT/, CLIENT, 'mysql2')]),
  packageCell('mysql2-promise.cjs', [span('mysql2', /^SELECT/, CLIENT, 'mysql2')]),
  packageCell('knex.cjs', [span('knex', /^select/, CLIENT, 'knex')]),
  packageCell('drizzle.cjs', drizzleSpans()),
  { ...packageCell('drizzle.mjs', drizzleSpans()), needsNode: MODULE_HOOKS },
  packageCell('mongodb.cjs', [span('mongodb', /^find things$/, CLIENT, 'mongodb.find')]),
  packageCell('mongoose.cjs', [span('mongoose', /^find things$/, CLIENT, 'mongoose.find')]),
  packageCell('undici.mjs', [span('undici', /^GET$/, CLIENT, 'undici')]),
  // Majors of which the first are ES modules, or want a newer Node.
  ...[
    packageCell('nest.cjs', [server(/^GET \/cats\/:id$/, 'route /cats/:id')]),
    packageCell('undici.mjs', [span('undici', /^GET$/, CLIENT, 'undici')]),
  ].map((cell) => ({ ...cell, name: `${cell.name}, newest`, program: 'packages-new', needsNode: [22, 19] as const })),
];
