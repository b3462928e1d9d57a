import { join } from 'node:path';
import { CLIENT, SERVER, type Cell } from './cell';

const VITEST = join('node_modules', 'vitest', 'vitest.mjs');
const JEST = join('node_modules', 'jest', 'bin', 'jest.js');

const LOAD_TS = { sources: ['src/orders.ts', 'vitest'] };
const LOAD_JS = { sources: ['src/stock.js'] };
const REQUESTS = [
  { name: /^GET \/orders$/, scope: 'instrumentation-http', kind: SERVER, site: 'route /orders' },
  { name: /^GET$/, scope: 'instrumentation-undici', kind: CLIENT, site: 'fetch' },
];

/** Tests of a program whose SDK they do not start. Their runners print times. */
export const TESTS: readonly Cell[] = [
  { name: 'vitest, forks', args: [VITEST, 'run', '--dir=vitest'], ...LOAD_TS, automatic: REQUESTS },
  { name: 'vitest, threads', args: [VITEST, 'run', '--dir=vitest', '--pool=threads'], ...LOAD_TS, automatic: REQUESTS },
  { name: 'jest, in its own process', args: [JEST, '--runInBand'], ...LOAD_JS },
  { name: 'jest, in a worker', args: [JEST, '--maxWorkers=2', '--workerThreads=false', 'orders'], ...LOAD_JS },
  { name: 'node --test', args: ['--test', 'node/orders.test.js'], ...LOAD_JS },
].flatMap((cell) => [
  { program: 'tests', printsTimes: true, ...cell },
  {
    ...cell,
    name: `${cell.name}, newest`,
    program: 'tests-new',
    printsTimes: true,
    needsNode: [22, 12] as const,
  },
]);
