import type { ExpectedSpan } from '../check';
import { CLIENT, INTERNAL, MODULE_HOOKS, type Cell } from './cell';

function query(scope: string, name: RegExp, sites: readonly string[]): ExpectedSpan {
  return { scope, name, kind: CLIENT, site: sites, count: sites.length };
}

const NODES_OWN = [
  query('node:sqlite', /^CREATE users$/, ['create']),
  query('node:sqlite', /^INSERT users$/, ['insert', 'insert', 'without values']),
  query('node:sqlite', /^SELECT users$/, ['get', 'all', 'iterate', 'left']),
  query('node:sqlite', /^INSERT nobody$/, ['no table']),
];

const INSERTS = Array.from({ length: 5 }, () => 'insert of transaction');
const BETTER: readonly ExpectedSpan[] = [
  query('better-sqlite3', /^CREATE users$/, ['create']),
  query('better-sqlite3', /^INSERT users$/, ['insert', ...INSERTS]),
  query('better-sqlite3', /^SELECT users$/, ['get', 'all', 'iterate', 'drizzle', 'drizzle at once']),
  query('better-sqlite3', /^PRAGMA user_version$/, ['pragma']),
  {
    scope: 'better-sqlite3',
    name: /^transaction$/,
    kind: INTERNAL,
    site: ['transaction', 'undone'],
    count: 2,
  },
  // What begins and ends them is a part of the transactions.
  { scope: 'better-sqlite3', name: /^(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT)/, kind: CLIENT, site: null, count: 0 },
];

/** Databases that answer at once, in the process itself. */
export const SQLITE: readonly Cell[] = [
  ...[
    { main: 'node-sqlite.cjs', automatic: NODES_OWN },
    { main: 'node-sqlite.mjs', automatic: NODES_OWN },
    { main: 'better-sqlite3.cjs', automatic: BETTER },
    { main: 'better-sqlite3.mjs', automatic: BETTER },
  ].map(({ main, automatic }) => ({
    name: `no SDK, SQLite, ${main}`,
    program: 'sqlite',
    args: ['--no-warnings', main],
    sources: [main],
    needsNode: MODULE_HOOKS,
    automatic,
  })),
];
