import { CLIENT, INTERNAL, requestSpans, SERVER, story, type Cell } from './cell';

/** Programs that bring no SDK: ours is theirs. */
export const WITHOUT_SDK: readonly Cell[] = [
  ...[
    { main: 'app.cjs', program: 'plain' },
    { main: 'app.mjs', program: 'plain' },
    // Packages are links to a store, as pnpm lays them out.
    { main: 'app.cjs', program: 'linked' },
  ].map(({ main, program }) => ({
    name: `no SDK, ${program} packages, ${main}: http, fetch, express, pg`,
    program,
    args: [main],
    sources: [main],
    service: `matrix-${program}`,
    automatic: [
      { name: /^GET$/, scope: 'instrumentation-http', kind: CLIENT, site: 'http' },
      { name: /^GET$/, scope: 'instrumentation-undici', kind: CLIENT, site: 'fetch' },
      { name: /^GET \/hello/, scope: 'instrumentation-http', kind: SERVER, site: 'route /hello/:id' },
      { name: /^GET \/leaf/, scope: 'instrumentation-http', kind: SERVER, site: 'route /leaf' },
      {
        name: /^middleware - audit$/,
        scope: 'instrumentation-express',
        kind: INTERNAL,
        site: 'middleware audit',
        count: 2,
      },
      {
        name: /^request handler/,
        scope: 'instrumentation-express',
        kind: INTERNAL,
        site: ['route /hello/:id', 'route /leaf'],
        count: 2,
      },
      { name: /^pg\.connect/, scope: 'instrumentation-pg', kind: CLIENT, site: 'pg.connect' },
      { name: /^pg\.query/, scope: 'instrumentation-pg', kind: CLIENT, site: 'pg.query' },
    ],
    quick: program === 'plain',
  })),
  {
    name: 'no SDK, service named by the environment',
    program: 'plain',
    args: ['app.cjs'],
    sources: [],
    env: { OTEL_SERVICE_NAME: 'named' },
    service: 'named',
  },
  ...['api-only.cjs', 'api-only.mjs'].map((main) =>
    story(main, {
      name: `API only, ${main}`,
      program: 'api-only',
      automatic: requestSpans(2, 'server'),
      service: 'matrix-api-only',
      quick: main === 'api-only.cjs',
    }),
  ),
];
