import { requestSpans, story, type Cell } from './cell';

const ENDINGS = ['natural', 'exit', 'throw', 'reject', 'exitCode', 'exitListener', 'handledSignal'];
const WAYS = ['worker', 'workerOwnOptions', 'poolWorker', 'fork', 'spawn', 'shell', 'cluster'];

/** What stands between `npm run dev` and the program. */
const CHAINS = ['tsx', 'nodemon', 'concurrently', 'watch', 'ts-node-dev', 'turbo'];
const OPTIONS = ['--stack-size=900', '--no-warnings'];

/** How processes end, and how they start others. */
export const PROCESSES: readonly Cell[] = [
  ...ENDINGS.flatMap((ending) =>
    [0, 50].map((ms) => ({
      name: `ends by ${ending} after ${ms} ms`,
      program: 'sdk2',
      args: ['ending.cjs', ending, String(ms)],
      sources: ['ending.cjs'],
      counts: {
        'm2-open': 0,
        'm4-in-exit-listener': ending === 'exitListener' ? 1 : 0,
        'm5-in-signal-handler': ending === 'handledSignal' ? 1 : 0,
      },
      open: ['m2-open'],
      quick: ms > 0,
    })),
  ),
  ...WAYS.map((way) => ({
    name: `starts another by ${way}`,
    program: 'sdk2',
    args: ['processes.cjs', way],
    sources: ['processes.cjs'],
    quick: way === 'poolWorker' || way === 'fork',
  })),
  ...CHAINS.map((way) =>
    story('node-sdk.cjs', {
      name: `npm run dev: ${way}`,
      program: 'dev',
      args: ['chain.cjs', 'npm', 'run', `dev:${way}`],
      env: { TURBO_TELEMETRY_DISABLED: '1' },
      // Of the tools in between there is nothing.
      service: 'user-app',
      automatic: requestSpans(),
      backend: true,
    }),
  ),
  story('looks-at-itself.cjs', {
    name: 'looks at its arguments',
    program: 'sdk2',
    args: [...OPTIONS, 'looks-at-itself.cjs', 'one'],
    sources: [],
    counts: {},
  }),
];
