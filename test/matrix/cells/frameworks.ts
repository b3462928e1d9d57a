import { SERVER, type Cell } from './cell';

const server = { scope: 'instrumentation-http', kind: SERVER } as const;

/** Frameworks and tools that take over how a program is loaded, served or traced. */
export const FRAMEWORKS: readonly Cell[] = [
  {
    name: 'no SDK, Hono, CommonJS',
    program: 'web',
    args: ['hono.cjs'],
    sources: ['hono.cjs'],
    needsNode: [20, 0],
    automatic: [
      { ...server, name: /^GET$/, site: 'route /rooms/:id' },
      { ...server, name: /^POST$/, site: 'route /orders' },
      { ...server, name: /^DELETE$/, site: 'server' },
    ],
  },
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
