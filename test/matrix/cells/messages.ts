import { compileTypescript, generatePrisma } from '../builds';
import { CLIENT, CONSUMER, INTERNAL, MODULE_HOOKS, PRODUCER, type Cell } from './cell';

const bull = { scope: 'bullmq' } as const;
const prisma = { scope: 'prisma', kind: INTERNAL } as const;

const QUERIES = [
  ...['create users', 'create posts', 'create', 'kept', 'first of all', 'second of all', 'first of batch'],
  ...['second of batch', 'in transaction', 'raw in transaction', 'helper', 'fluent', 'failing'],
];

/** Libraries that trace themselves for whoever asks them: databases and queues. */
export const MESSAGES: readonly Cell[] = [
  ...[
    { name: 'CommonJS', args: ['prisma.cjs'], sources: ['prisma.cjs'] },
    { name: 'generated TypeScript', args: ['--import', 'tsx', 'prisma.ts'], sources: ['prisma.ts'] },
  ].map(({ name, args, sources }) => ({
    name: `no SDK, Prisma, ${name}`,
    program: 'databases',
    args,
    sources,
    prepare: generatePrisma,
    needsNode: [20, 19] as const,
    automatic: [
      { ...prisma, name: /^prisma:client:operation$/, site: QUERIES, count: QUERIES.length },
      { ...prisma, name: /^prisma:client:transaction$/, site: ['batch', 'transaction'], count: 2 },
      { ...prisma, name: /^prisma:client:(?:serialize|compile|(?:start|commit)_transaction)$/, site: null, count: 25 },
      { ...prisma, name: /^prisma:client:db_query$/, kind: CLIENT, site: null, count: 16 },
    ],
  })),
  ...[
    { main: 'bullmq.cjs', needsNode: [20, 0] as const },
    { main: 'bullmq.mjs', needsNode: MODULE_HOOKS },
  ].map(({ main, needsNode }) => ({
    name: `no SDK, BullMQ, ${main}`,
    program: 'queues',
    args: [main],
    sources: [main],
    needsNode,
    needsProgram: 'redis-server',
    automatic: [
      { ...bull, name: /^add paint\.car$/, kind: PRODUCER, site: 'add' },
      { ...bull, name: /^addBulk paint$/, kind: PRODUCER, site: 'addBulk' },
      { ...bull, name: /^process paint$/, kind: CONSUMER, site: 'worker', count: 3 },
    ],
  })),
  {
    name: 'no SDK, BullMQ, processors of Nest',
    program: 'queues',
    args: ['tsc/nest.js'],
    prepare: compileTypescript({}, 'tsc'),
    sources: ['src'],
    needsNode: [20, 0],
    needsProgram: 'redis-server',
    automatic: [
      { ...bull, name: /^process paint$/, kind: CONSUMER, site: 'paint' },
      { ...bull, name: /^process wash$/, kind: CONSUMER, site: 'wash' },
    ],
  },
];
