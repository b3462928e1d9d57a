import { buildBy } from '../builds';
import type { ExpectedSpan } from '../check';
import { SERVER, type Cell } from './cell';

/** What their functions are called; which lines those are the index of sources tells. */
function requests(...counts: readonly (readonly [name: RegExp, count: number])[]): ExpectedSpan[] {
  return counts.map(([name, count]) => ({ scope: 'instrumentation-http', kind: SERVER, name, site: null, count }));
}

const KIT = requests(
  [/^GET \/orders\/\[id\]$/, 2],
  [/^GET \/api\/orders\/\[id\]$/, 1],
  [/^GET \/\(shop\)\/cart$/, 1],
  [/^GET \/files\/\[\.\.\.path\]$/, 1],
  [/^GET$/, 1],
);
const ASTRO = requests([/^GET \/orders\/\[id\]$/, 1], [/^GET \/api\/\[id\]\.json$/, 1]);
const NITRO = requests([/^GET \/api\/orders\/:id$/, 1], [/^GET \/\*\*:path$/, 1]);
/** Also behind Express, which the framework's own server is made with, and where the program itself makes the server. */
const REACT_ROUTER = requests(
  [/^GET \/$/, 1],
  [/^GET \/orders$/, 1],
  [/^GET \/orders\/:id$/, 2],
  [/^GET \/api\/files\/\*$/, 1],
);

function reactRouter(program: string, tool: string) {
  const prepare = buildBy('@react-router', 'dev', tool);
  return [
    { program, way: 'served', prepare, printsTimes: true, automatic: REACT_ROUTER },
    { program, way: 'built', prepare, automatic: REACT_ROUTER },
    { program, way: 'in development', automatic: REACT_ROUTER },
  ];
}

/** Frameworks whose routes are files, as they are built and in development. */
export const FILE_ROUTES: readonly Cell[] = [
  { program: 'kit', way: 'built', prepare: buildBy('vite', 'bin', 'vite.js'), automatic: KIT },
  { program: 'kit', way: 'in development', automatic: KIT },
  { program: 'astro', way: 'built', prepare: buildBy('astro', 'bin', 'astro.mjs'), automatic: ASTRO },
  { program: 'astro', way: 'in development', automatic: ASTRO },
  { program: 'nitro', way: 'built', prepare: buildBy('nitropack', 'dist', 'cli', 'index.mjs'), automatic: NITRO },
  ...reactRouter('react-router', 'bin.cjs'),
  ...reactRouter('react-router-7', 'bin.js'),
].map(({ program, way, ...cell }) => ({
  ...cell,
  program,
  name: `no SDK, routes that are files, ${program}, ${way}`,
  args: ['--no-warnings', 'main.mjs', way],
  sources: [],
  needsNode: [22, 17] as const,
}));
