import { compileBySwc, compileTypescript } from '../builds';
import type { ExpectedSpan } from '../check';
import { INTERNAL, MODULE_HOOKS, SERVER, type Cell } from './cell';

const server = { scope: 'instrumentation-http', kind: SERVER } as const;

/** Each request stands on the method that answered, whatever guards and interceptors do. */
function nestSpans(adapter: string): ExpectedSpan[] {
  const nest = { scope: 'instrumentation-nestjs-core', kind: INTERNAL } as const;
  const routes: readonly (readonly [route: RegExp, controller: RegExp, site: string])[] = [
    [/^GET \/api\/v1\/cats\/:id$/, /^CatsController\.one$/, 'route v1 /cats/:id'],
    [/^GET \/api\/v2\/cats\/:id$/, /^NewCatsController\.one$/, 'route v2 /cats/:id'],
    [/^POST \/api\/v1\/cats$/, /^CatsController\.add$/, 'route v1 POST /cats'],
    [/closed\/door$/, /\.closed$/, 'route closed'],
    [/broken\/one$/, /\.broken$/, 'route broken'],
    [/^GET \/api\/animals\/count$/, /^AnimalsController\.count$/, 'route /animals/count'],
  ];
  const express = { scope: 'instrumentation-express', kind: INTERNAL } as const;
  const middleware: ExpectedSpan[] = [
    { ...express, name: /^middleware - stamp$/, site: 'middleware', count: routes.length },
    // Nest's own: it parses bodies once the program has it listen.
    { ...express, name: /^middleware - (?!stamp)/, site: null, count: 3 * routes.length },
  ];
  return [
    { ...nest, name: /^Create Nest App$/, site: `create with ${adapter}` },
    ...(adapter === 'express' ? middleware : []),
    ...routes.flatMap(([route, controller, site]) => [
      { ...server, name: route, site },
      // Where its method is the sources tell; a second span on the route's line would count each request twice.
      { ...nest, name: controller, site: null },
    ]),
  ];
}

/** Frameworks and tools that take over how a program is loaded, served or traced. */
export const FRAMEWORKS: readonly Cell[] = [
  ...[
    { main: 'hono.cjs', needsNode: [20, 0] as const },
    { main: 'hono.mjs', needsNode: MODULE_HOOKS },
  ].map(({ main, needsNode }) => ({
    name: `no SDK, Hono, ${main}`,
    program: 'web',
    args: [main],
    sources: [main],
    needsNode,
    automatic: [
      { ...server, name: /^GET \/rooms\/:id$/, site: 'route /rooms/:id' },
      { ...server, name: /^POST \/orders$/, site: 'route /orders' },
      { ...server, name: /^DELETE$/, site: 'server' },
    ],
  })),
  {
    name: 'what a program loads while its modules are followed',
    program: 'web',
    args: ['--no-warnings', 'loads.mjs'],
    sources: [],
    needsNode: MODULE_HOOKS,
  },
  ...[
    { adapter: 'express', by: 'tsc', prepare: compileTypescript({}, 'tsc') },
    { adapter: 'fastify', by: 'tsc', prepare: compileTypescript({}, 'tsc') },
    // It maps no decorators.
    { adapter: 'express', by: 'swc', prepare: compileBySwc('swc') },
  ].map(({ adapter, by, prepare }) => ({
    name: `no SDK, Nest over ${adapter}, compiled by ${by}`,
    program: 'nest',
    args: [`${by}/main.js`, adapter],
    prepare,
    sources: ['src'],
    needsNode: [20, 0] as const,
    automatic: nestSpans(adapter),
  })),
  {
    name: 'no SDK, Vite renders on the server',
    program: 'web',
    args: ['vite.mjs'],
    sources: ['src'],
    needsNode: [20, 19],
  },
  {
    name: 'Next, development server, instrumentation.ts',
    program: 'next',
    args: ['main.cjs'],
    sources: ['app/orders'],
    env: { NEXT_TELEMETRY_DISABLED: '1' },
    needsNode: [20, 9],
    printsTimes: true,
  },
  {
    name: 'Sentry, sampling nothing',
    program: 'sentry',
    args: ['main.cjs'],
    sources: ['main.cjs'],
  },
];
