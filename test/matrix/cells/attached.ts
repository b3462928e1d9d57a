import { CLIENT, FETCH_ONLY, requestSpans, SERVER, story, type Cell } from './cell';

const COMMONJS = { main: 'attached.cjs', system: 'CommonJS', automatic: requestSpans() };
const ESM = { main: 'attached.mjs', system: 'ES modules', automatic: FETCH_ONLY };
const SDKS: readonly Partial<Cell>[] = [
  { name: 'SDK 2.x', program: 'sdk2', quick: true },
  { name: 'SDK 1.30', program: 'sdk1' },
  { name: 'SDK 3.x', program: 'sdk3', needsNode: [22, 15] },
];

/** Programs that somebody attaches to while they run, by Node's inspector. */
export const ATTACHED: readonly Cell[] = [
  ...SDKS.flatMap(({ name, program = '', ...more }) =>
    [COMMONJS, ESM].map(({ main, system, automatic }) =>
      story(main, { name: `attach, ${name}, ${system}`, program, attach: true, backend: true, automatic, ...more }),
    ),
  ),
  ...[COMMONJS, ESM].map(({ main, system }) => ({
    name: `attach, no SDK, ${system}`,
    program: 'plain',
    args: [main],
    sources: [main],
    attach: true,
    automatic: [
      { name: /^GET$/, scope: 'instrumentation-http', kind: CLIENT, site: 'http' },
      { name: /^GET$/, scope: 'instrumentation-undici', kind: CLIENT, site: 'fetch' },
      // Its server was made before: nobody saw where.
      { name: /^GET$/, scope: 'instrumentation-http', kind: SERVER, site: null, count: 2 },
    ],
    quick: main === 'attached.mjs',
  })),
];
