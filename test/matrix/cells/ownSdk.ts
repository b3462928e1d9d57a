import type { ExpectedSpan } from '../check';
import { FETCH_ONLY, INTERNAL, requestSpans, story, type Cell } from './cell';

const FORCED = { env: { SPANLINE_SDK: 'on' } };
const EXPORTS = { backend: true };
const REQUESTS = { automatic: requestSpans(), backend: true };
const ESM_REQUESTS = { automatic: FETCH_ONLY, backend: true };

const SDK3 = { program: 'sdk3', needsNode: [22, 15] } as const;

const REGISTER = '@opentelemetry/auto-instrumentations-node/register';

/** Without the detectors that ask clouds over HTTP where they are. */
const AUTO = { env: { OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process' }, backend: true };

/** Three requests reach a server, one of them express: `builtIn` of its own layers are spans too, and `ofRouter` of its router, told by another package. */
function autoSpans(routed: boolean, { builtIn = 0, ofRouter = 0 } = {}): ExpectedSpan[] {
  const layer = { scope: 'instrumentation-express', kind: INTERNAL } as const;
  const others: ExpectedSpan[] = [
    { ...layer, name: /^middleware - (?!audit)/, site: null, count: builtIn },
    { ...layer, name: /./, scope: 'instrumentation-router', site: null, count: ofRouter },
  ];
  const express: ExpectedSpan[] = [
    { ...layer, name: /^request handler/, site: 'route /hello/:id' },
    { ...layer, name: /^middleware - audit$/, site: 'middleware audit' },
  ];
  if (!routed) {
    // Nobody puts the route on the span, but its handler is seen to run.
    const [client, servers] = requestSpans(3);
    return [client, { ...servers, site: ['route /hello/:id', null, null] }, ...others];
  }
  const [client, server] = requestSpans(2);
  const route: ExpectedSpan = { ...server, name: /^GET \/hello/, site: 'route /hello/:id', count: 1 };
  return [client, { ...server, name: /^GET$/ }, route, ...express, ...others];
}

/** Programs that bring an SDK and a backend. */
export const OWN_SDK: readonly Cell[] = [
  story('node-sdk.cjs', { name: 'SDK 2.x, NodeSDK, CommonJS', program: 'sdk2', ...REQUESTS, quick: true }),
  story('node-sdk.mjs', { name: 'SDK 2.x, NodeSDK, ES modules', program: 'sdk2', ...ESM_REQUESTS, quick: true }),
  story('provider.cjs', { name: 'SDK 2.x, provider registered by hand', program: 'sdk2', ...EXPORTS }),
  story('node-sdk.cjs', { name: 'SDK 1.30, NodeSDK, CommonJS', program: 'sdk1', ...REQUESTS, quick: true }),
  story('node-sdk.mjs', { name: 'SDK 1.30, NodeSDK, ES modules', program: 'sdk1', ...ESM_REQUESTS }),
  story('provider.cjs', { name: 'SDK 1.30, provider registered by hand', program: 'sdk1', ...EXPORTS }),
  story('provider.cjs', { name: 'SDK 1.8, provider registered by hand', program: 'sdk1-old', ...EXPORTS }),

  story('node-sdk.cjs', {
    name: 'SDK 2.x, bundled SDK steps back',
    program: 'sdk2',
    ...REQUESTS,
    ...FORCED,
    quick: true,
  }),
  story('node-sdk.mjs', {
    name: 'SDK 2.x, bundled SDK steps back, ES modules',
    program: 'sdk2',
    ...ESM_REQUESTS,
    ...FORCED,
  }),
  story('node-sdk.cjs', { name: 'SDK 1.30, bundled SDK steps back', program: 'sdk1', ...REQUESTS, ...FORCED }),
  story('provider.cjs', { name: 'SDK 1.8, bundled SDK steps back', program: 'sdk1-old', ...EXPORTS, ...FORCED }),

  story('auto.cjs', {
    name: 'auto-instrumentations 2.x, --require, CommonJS',
    program: 'auto2',
    nodeOptions: `--require ${REGISTER}`,
    sources: ['story.cjs', 'auto.cjs'],
    automatic: autoSpans(true, { ofRouter: 3 }),
    ...AUTO,
  }),
  story('auto.mjs', {
    name: 'auto-instrumentations 2.x, --import, ES modules',
    program: 'auto2',
    nodeOptions: `--import ${REGISTER}`,
    sources: ['story.mjs', 'auto.mjs'],
    automatic: autoSpans(false, { ofRouter: 2 }),
    ...AUTO,
  }),
  story('auto.cjs', {
    name: 'auto-instrumentations 1.x, --require, CommonJS',
    program: 'auto1',
    nodeOptions: `--require ${REGISTER}`,
    sources: ['story.cjs', 'auto.cjs'],
    automatic: autoSpans(true, { builtIn: 2 }),
    ...AUTO,
  }),

  ...['auto1', 'auto2'].map((program) => ({
    name: `${program}, the stacks that a program sees`,
    program,
    args: ['stacks.cjs'],
    nodeOptions: `--require ${REGISTER}`,
    sources: [],
    // It puts a function of its own in the place of the router's, and finds one of ours there.
    env: { ...AUTO.env, OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'router' },
    quick: program === 'auto1',
  })),

  story('node-sdk.cjs', { name: 'SDK 3.x, NodeSDK, CommonJS', ...SDK3, ...REQUESTS }),
  story('node-sdk.mjs', { name: 'SDK 3.x, NodeSDK, ES modules', ...SDK3, ...ESM_REQUESTS }),
  story('node-sdk.cjs', { name: 'SDK 3.x, bundled SDK steps back', ...SDK3, ...REQUESTS, ...FORCED }),
  story('api-only.cjs', { name: 'API 1.10 only', ...SDK3, automatic: requestSpans(2, 'server'), ...FORCED }),

  ...['sdk2', 'sdk1'].map((program) =>
    story('node-sdk.cjs', {
      name: `${program}, sampler off: recorded here, silent there`,
      program,
      env: { OTEL_TRACES_SAMPLER: 'always_off' },
      automatic: requestSpans(),
      quick: program === 'sdk2',
    }),
  ),

  ...[
    { program: 'sdk2', main: 'unregistered.cjs', quick: true },
    { program: 'sdk2', main: 'unregistered.mjs' },
    { program: 'sdk1', main: 'unregistered.cjs' },
  ].map(({ program, main, quick }) => ({
    name: `${program}, provider never registered, ${main}`,
    program,
    args: [main],
    sources: [main],
    backend: true,
    quick,
  })),

  ...[
    { option: '--experimental-permission', needsNode: [20, 0] },
    { option: '--permission', needsNode: [22, 13] },
  ].map(({ option, needsNode: [major, minor] }) =>
    story('provider.cjs', {
      name: `${option}: what is ours is allowed`,
      program: 'sdk2',
      nodeOptions: `${option} --allow-fs-read=./*`,
      needsNode: [major, minor],
      ...EXPORTS,
    }),
  ),
];
