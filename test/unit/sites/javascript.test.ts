import { describe, expect, it } from 'vitest';
import { workspaceOf } from './workspace';

const TRACER = `import { trace } from '@opentelemetry/api';\nconst tracer = trace.getTracer('shop');\n`;

describe('Span sites of JavaScript and TypeScript', () => {
  it('are calls that start spans, with what their tracer was got under', async () => {
    const { sites } = workspaceOf({
      'package.json': '{"name":"shop"}',
      'src/pay.ts': `${TRACER}export function pay() {\n  return tracer\n    .startActiveSpan('pay', async (span) => span.end());\n}\n`,
      'src/other.js': `const { trace } = require('@opentelemetry/api');\ntrace.getTracer('raw').startSpan('raw work').end();\n`,
    });
    expect(await sites()).toEqual(['src/other.js:2 span raw work [raw]', 'src/pay.ts:5 span pay [shop]']);
  });

  it('know names that are constants, members of enums, templates and sums', async () => {
    const { sites } = workspaceOf({
      'names.ts': `export const LOAD = 'load cart';\nexport enum Names { Save = 'save cart' }\n`,
      'a.tsx': `${TRACER}import { LOAD, Names } from './names';
export const f = (id: string, kind: string) => {
  tracer.startSpan(LOAD).end();
  tracer.startSpan(Names.Save).end();
  tracer.startSpan(\`user \${id} of \${kind}\`).end();
  tracer.startSpan('job ' + id).end();
  tracer.startSpan(id).end();
};
`,
    });
    expect(await sites()).toEqual([
      'a.tsx:5 span load cart [shop]',
      'a.tsx:6 span save cart [shop]',
      'a.tsx:7 span user * of * [shop]',
      'a.tsx:8 span job * [shop]',
    ]);
  });

  it('are calls of wrappers, in other files too, and decorated methods', async () => {
    const { sites } = workspaceOf({
      'lib/spans.ts': `${TRACER}export function inSpan<T>(name: string, work: () => T): T {\n  return tracer.startActiveSpan(name, (span) => { const r = work(); span.end(); return r; });\n}\n`,
      'use.ts': `import { inSpan } from './lib/spans';\ninSpan('price', () => 1);\n`,
      'nest.ts': `import { Span } from 'nestjs-otel';\nclass Cart {\n  @Span('cart.add')\n  add() {}\n  @Span()\n  drop() {}\n}\n`,
    });
    expect(await sites()).toEqual([
      'nest.ts:4 decorator cart.add',
      'nest.ts:6 decorator Cart.drop',
      'use.ts:2 span price',
    ]);
  });

  it('are routes, under what their router is mounted at', async () => {
    const { sites } = workspaceOf({
      'app.js': `const express = require('express');
const users = require('./users');
const app = express();
const api = express.Router();
app.get('/health', (req, res) => res.end());
api.post('/orders', createOrder);
app.use('/api', api);
app.use('/api/users', users);
app.get('title');
cache.get('/key', { ttl: 1 });
function createOrder() {}
`,
      'users.js': `const { Router } = require('express');
const router = Router();
router.get('/:id', show).delete('/:id', drop);
router.route('/').get(list).post(create);
module.exports = router;
`,
    });
    expect(await sites()).toEqual([
      'app.js:5 route GET /health',
      'app.js:6 route POST /api/orders',
      'users.js:3 route GET /api/users/:id',
      'users.js:3 route DELETE /api/users/:id',
      'users.js:4 route GET /api/users',
      'users.js:4 route POST /api/users',
    ]);
  });

  it('are the handlers of Fastify, Hono and Nest', async () => {
    const { sites } = workspaceOf({
      'fast.ts': `import Fastify from 'fastify';\nconst server = Fastify();\nserver.route({ method: 'PUT', url: '/things/:id', handler });\nserver.get('/things', { schema }, handler);\n`,
      'hono.ts': `import { Hono } from 'hono';\nconst app = new Hono();\napp.get('/posts/:id', (c) => c.text('x'));\n`,
      'nest.ts': `import { Controller, Get, Post } from '@nestjs/common';\n@Controller('cats')\nclass Cats {\n  @Get(':id')\n  one() {}\n  @Post()\n  add() {}\n}\n`,
    });
    expect(await sites()).toEqual([
      'fast.ts:3 route PUT /things/:id',
      'fast.ts:4 route GET /things',
      'hono.ts:3 route GET /posts/:id',
      'nest.ts:5 decorator Cats.one [@opentelemetry/instrumentation-nestjs-core]',
      'nest.ts:5 decorator one [@opentelemetry/instrumentation-nestjs-core]',
      'nest.ts:5 route GET /cats/:id',
      'nest.ts:7 decorator Cats.add [@opentelemetry/instrumentation-nestjs-core]',
      'nest.ts:7 decorator add [@opentelemetry/instrumentation-nestjs-core]',
      'nest.ts:7 route POST /cats',
    ]);
  });

  it('are functions that run for requests, by the names that frameworks give them', async () => {
    const { sites } = workspaceOf({
      'app.js': `const express = require('express');
const cors = require('cors');
const { json } = require('body-parser');
const compress = require('compression');
const users = require('./users');
const audit = require('./audit');
const app = express();
app.use(cors(), json());
app.use(express.static('public'));
app.use(audit);
app.use('/a', function checked(req, res, next) { next(); });
app.use((req, res, next) => next());
app.use(limited(5));
app.use('/users', users);
app.use(unknown());
app.get('/x', compress(), known, (req, res) => res.end());
function limited(count) { return function limit(req, res, next) { next(); }; }
function known(req, res, next) { next(); }
`,
      'users.js': `const { Router } = require('express');
module.exports = Router();
`,
      'audit.js': `module.exports = function auditing(req, res, next) { next(); };
`,
    });
    expect((await sites()).filter((site) => site.includes('middleware'))).toEqual([
      'app.js:8 middleware middleware - corsMiddleware',
      'app.js:8 middleware middleware - jsonParser',
      'app.js:9 middleware middleware - serveStatic',
      'app.js:10 middleware middleware - auditing',
      'app.js:11 middleware middleware - checked',
      'app.js:12 middleware middleware - <anonymous>',
      'app.js:13 middleware middleware - limit',
      'app.js:16 middleware middleware - compression',
      'app.js:16 middleware middleware - known',
    ]);
  });

  it('are servers that are made, each once', async () => {
    const { sites } = workspaceOf({
      'a.js': `const http = require('http');
const app = require('express')();
http.createServer(app).listen(80);
`,
      'b.mjs': `import { createServer } from 'node:https';
const server = createServer({}, run);
server.listen(1);
`,
      'c.ts': `import express from 'express';
export const service = express();
service.listen(3);
`,
      'd.ts': `import { createServer } from 'net';
createServer().listen(3);
`,
    });
    expect(await sites()).toEqual(['a.js:3 server a server', 'b.mjs:2 server a server', 'c.ts:3 server a server']);
  });

  it('are calls of databases, by the names that their drivers’ spans have', async () => {
    const { sites } = workspaceOf({
      'data.ts': `import Redis from 'ioredis';
const cache = new Redis();
export const load = () => pool.query('SELECT * FROM orders');
export const keep = () => cache.set('a', 1);
export const all = () => database.collection('orders').find({});
export const one = () => Order.findOne({});
const list = [1].find(Boolean);
`,
    });
    expect(await sites()).toEqual([
      'data.ts:3 client pg.query:SELECT*',
      'data.ts:3 client SELECT',
      'data.ts:3 client SELECT *',
      'data.ts:4 client redis-SET',
      'data.ts:4 client set',
      'data.ts:5 client mongodb.find',
      'data.ts:6 client mongoose.Order.findOne',
    ]);
  });

  const routesOf = async (files: Readonly<Record<string, string>>) =>
    (await workspaceOf(files).sites()).filter((site) => site.includes(' route '));

  it('are routes of Fastify, below the prefixes of their plugins', async () => {
    const routes = await routesOf({
      'app.js': `const app = require('fastify')();
app.register(require('./users'), { prefix: '/users' });
app.register(async function inner(scope) { scope.get('/inner', handler); }, { prefix: '/v1' });
app.register(named, { prefix: '/v2' });
app.get('/root', handler);
async function named(instance) {
  instance.get('/named', handler);
  instance.register(deep, { prefix: '/deep' });
}
const deep = async (instance) => instance.post('/er', handler);
`,
      'users.js': `module.exports = async function users(fastify) {
  fastify.get('/:id', async () => ({}));
  fastify.route({ method: ['GET', 'HEAD'], url: '/', handler });
};
`,
      'lonely.js': `module.exports = async (fastify) => { fastify.get('/lonely', handler); };\n`,
    });
    expect(routes).toEqual([
      'app.js:3 route GET /v1/inner',
      'app.js:5 route GET /root',
      'app.js:7 route GET /v2/named',
      'app.js:10 route POST /v2/deep/er',
      'lonely.js:1 route GET */lonely',
      'users.js:2 route GET /users/:id',
      'users.js:3 route GET /users',
      'users.js:3 route HEAD /users',
    ]);
  });

  it('are routes of Koa, below the prefixes of their routers, and what runs before them', async () => {
    const routes = await routesOf({
      'app.js': `const Router = require('@koa/router');
const users = require('./users');
const router = new Router({ prefix: '/api' });
router.get('/health', check);
router.use('/users', users.routes(), users.allowedMethods());
app.use(router.routes());
`,
      'users.js': `const Router = require('@koa/router');
const router = new Router();
router.prefix('/all');
router.use('/mine', auth).get('byId', '/:id', show).del('/:id', drop);
module.exports = router;
`,
    });
    expect(routes).toEqual([
      'app.js:4 route GET /api/health',
      'users.js:4 route /api/users/all/mine',
      'users.js:4 route GET /api/users/all/:id',
      'users.js:4 route DELETE /api/users/all/:id',
    ]);
  });

  it('are what an application runs that is a class, by the names of functions that other files make', async () => {
    const { sites } = workspaceOf({
      'app.js': `const Koa = require('koa');
const logs = require('./logs');
class Shop extends Koa {
  constructor() {
    super();
    this.use(logs(this));
    this.use(async (ctx, next) => next());
  }
}
class Cart { add() { this.use(logs(this)); } }
`,
      'logs.js': `module.exports = function logs(app) { return async function logger(ctx, next) { await next(); }; };\n`,
      'router.js': `const Router = require('@koa/router');
const guard = require('./logs');
const router = new Router();
router.use('/guarded', guard());
`,
    });
    expect(await sites()).toEqual([
      'app.js:6 middleware middleware - logger',
      'app.js:7 middleware middleware - <anonymous>',
      'router.js:4 middleware middleware - logger',
      'router.js:4 route */guarded',
    ]);
  });

  it('are routes of Hono, below what mounts them and their base path', async () => {
    const routes = await routesOf({
      'app.ts': `import { Hono } from 'hono';
import books from './books.js';
const app = new Hono();
const api = new Hono().basePath('/api');
api.get('/ping', answer);
app.route('/books', books);
app.on(['PUT', 'DELETE'], '/post', answer);
`,
      'books.ts': `import { Hono } from 'hono';
const books = new Hono().get('/', list).post('/', create);
books.get('/:id', one);
export default books;
`,
    });
    expect(routes).toEqual([
      'app.ts:5 route GET /api/ping',
      'app.ts:7 route PUT /post',
      'app.ts:7 route DELETE /post',
      'books.ts:2 route GET /books',
      'books.ts:2 route POST /books',
      'books.ts:3 route GET /books/:id',
    ]);
  });

  it('are routes of Nest, below the global prefix of the nearest program and perhaps a version', async () => {
    const controller = (given: string) => `import { Controller, Get } from '@nestjs/common';
@Controller(${given})
class Cats {
  @Get([':id', 'by/:id'])
  one() {}
}
`;
    const routes = await routesOf({
      'a/main.ts': `const app = await NestFactory.create(Module);\napp.setGlobalPrefix('api');\n`,
      'a/cats.ts': controller(`'cats'`),
      'b/main.ts': `const app = await NestFactory.create(Module);\napp.setGlobalPrefix(PREFIX);\n`,
      'b/cats.ts': controller(`{ path: 'cats', version: '1' }`),
    });
    expect(routes).toEqual([
      'a/cats.ts:5 route GET /api/cats/:id',
      'a/cats.ts:5 route GET /api/cats/by/:id',
      'b/cats.ts:5 route GET */*/cats/:id',
      'b/cats.ts:5 route GET */*/cats/by/:id',
    ]);
  });

  it('of calls say what is asked, as far as it is written down', async () => {
    const { indexer, changes } = workspaceOf({
      'data.ts': `import { SLOW } from './queries';
pool.query(\`
  select *
  from orders where id = $1;
\`);
pool.query({ text: SLOW, values: [] });
db.prepare('SELECT a FROM b WHERE c = ? AND d = ?').get(1, 2);
client.query('delete from ' + table + ' where id = 1');
await sql.unsafe(text);
fetch(\`\${base}/orders/\${id}\`);
axios.post('/orders', body);
fetch(new URL('/status', base));
fetch(url);
`,
      'queries.ts': `export const SLOW = 'SELECT pg_sleep(1)';\n`,
    });
    await indexer.start();
    const told = changes[0].files.flatMap(({ sites }) =>
      sites.map(({ line, asks }) => `${line} ${asks?.join('*') ?? ''}`),
    );
    expect([...new Set(told)]).toEqual([
      '2 select * from orders where id = $1',
      '6 SELECT pg_sleep(1)',
      '7 SELECT a FROM b WHERE c = * AND d = *',
      '8 delete from * where id = 1',
      '10 */orders/*',
      '11 */orders',
      '12 */status',
      '13 ',
    ]);
  });

  it('of a router that is mounted where nobody can see it may have anything before its path', async () => {
    const { sites } = workspaceOf({
      'users.js': `const { Router } = require('express');\nconst router = Router();\nrouter.get('/users/:id', show);\nmodule.exports = router;\n`,
    });
    expect(await sites()).toEqual(['users.js:3 route GET */users/:id']);
  });

  it('are told by project, with the names that its services may have', async () => {
    const { indexer, changes, root } = workspaceOf({
      'a/package.json': '{"name":"@shop/a"}',
      'a/main.ts': `${TRACER}const resource = { [ATTR_SERVICE_NAME]: 'orders' };\ntracer.startSpan('work').end();\n`,
      'b/package.json': '{"name":"b","scripts":{"start":"OTEL_SERVICE_NAME=stock node ."}}',
      'b/main.ts': `${TRACER}tracer.startSpan('work').end();\n`,
    });
    await indexer.start();
    expect(changes).toMatchObject([
      {
        complete: ['javascript'],
        files: [
          { path: `${root}/a/main.ts`, project: `${root}/a`, services: ['orders', '@shop/a'] },
          { path: `${root}/b/main.ts`, project: `${root}/b`, services: ['stock', 'b'] },
        ],
      },
    ]);
  });

  it('are told again only where a file changed, went or was renamed', async () => {
    const { indexer, changes, write, path, root } = workspaceOf({
      'a.ts': `${TRACER}tracer.startSpan('a').end();\n`,
      'b.ts': `${TRACER}tracer.startSpan('b').end();\n`,
    });
    await indexer.start();
    write('a.ts', `${TRACER}\ntracer.startSpan('a').end();\n`);
    await indexer.changed([path('a.ts'), path('b.ts')]);
    expect(changes[1]).toMatchObject({ files: [{ path: `${root}/a.ts`, sites: [{ line: 4 }] }] });
    const { renameSync } = await import('node:fs');
    renameSync(path('b.ts'), path('c.ts'));
    await indexer.changed([path('b.ts'), path('c.ts')]);
    expect(changes[2].files.map((file) => [file.path, file.sites.length])).toEqual([
      [`${root}/b.ts`, 0],
      [`${root}/c.ts`, 1],
    ]);
  });

  it('are not looked for before somebody wants them, nor in tests and what is installed', async () => {
    const { indexer, changes, path, sites } = workspaceOf({
      'a.test.ts': `${TRACER}tracer.startSpan('t').end();\n`,
      'node_modules/x/index.js': `${TRACER}tracer.startSpan('x').end();\n`,
    });
    await indexer.changed([path('a.ts')]);
    expect(changes).toEqual([]);
    expect(await sites()).toEqual([]);
  });

  it('are found though a folder of the workspace is gone, or vanishes while it is read', async () => {
    const files = { 'a.ts': `${TRACER}tracer.startSpan('a').end();\n` };
    expect(await workspaceOf(files, [], ['/nowhere/at/all']).sites()).toEqual(['a.ts:3 span a [shop]']);
  });
});
