import { SERVER, type Cell } from './cell';

const server = { scope: 'instrumentation-http', kind: SERVER } as const;

/** Frameworks and tools that take over how a program is loaded, served or traced. */
export const FRAMEWORKS: readonly Cell[] = [
  ...[
    { main: 'hono.cjs', rooms: 'route /rooms/:id', orders: 'route /orders' },
    // As an ES module it cannot be patched: its server is known, not its routes.
    { main: 'hono.mjs', rooms: 'server', orders: 'server' },
  ].map(({ main, rooms, orders }) => ({
    name: `no SDK, Hono, ${main}`,
    program: 'web',
    args: [main],
    sources: [main],
    needsNode: [20, 0] as const,
    automatic: [
      { ...server, name: /^GET$/, site: rooms },
      { ...server, name: /^POST$/, site: orders },
      { ...server, name: /^DELETE$/, site: 'server' },
    ],
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
