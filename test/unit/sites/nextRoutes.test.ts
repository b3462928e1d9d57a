import { describe, expect, it } from 'vitest';
import type { SpanKind } from '../../../src/model/span';
import { CallSiteIndex } from '../../../src/sources/locators/callSiteIndex';
import { SiteIndex } from '../../../src/sources/sites/siteIndex';
import { workspaceOf } from './workspace';

const PAGE = 'export default function Page() {\n  return null;\n}\n';

describe('Routes that are files, as Next has them', () => {
  it('stand on the exported handlers of their methods', async () => {
    const { sites } = workspaceOf({
      'app/orders/route.ts': 'const answer = 1;\nexport async function GET() {}\nexport const POST = async () => {};\n',
      'src/app/(shop)/carts/[id]/@side/route.js': 'function read() {}\n\nexport { read as GET };\n',
      'app/auth/[...all]/route.ts': `import { handlers } from './auth';\nexport const { GET, POST } = handlers;\n`,
      'app/proxied/route.ts': `export { GET } from './elsewhere';\n`,
    });
    expect(await sites()).toEqual([
      'app/auth/[...all]/route.ts:2 route GET /auth/[...all]',
      'app/auth/[...all]/route.ts:2 route POST /auth/[...all]',
      'app/orders/route.ts:2 route GET /orders',
      'app/orders/route.ts:3 route POST /orders',
      'src/app/(shop)/carts/[id]/@side/route.js:1 route GET /carts/[id]',
      'src/app/(shop)/carts/[id]/@side/route.js:1 decorator executing api route (app) /carts/[id] [next.js]',
    ]);
  });

  it('stand on what pages/api exports by default, for every method, within what wraps it', async () => {
    const { sites } = workspaceOf({
      'pages/api/users/[id].ts': 'async function handler() {}\n\nexport default withUser(handler);\n',
      'pages/api/index.ts': 'module.exports = (request, response) => response.end();\n',
    });
    const found = await sites();
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      expect(found).toContain(`pages/api/index.ts:1 route ${method} /api`);
      expect(found).toContain(`pages/api/users/[id].ts:1 route ${method} /api/users/[id]`);
    }
    expect(found.filter((site) => site.includes('[next.js]'))).toEqual([
      'pages/api/index.ts:1 decorator executing api route (pages) /api [next.js]',
      'pages/api/users/[id].ts:1 decorator executing api route (pages) /api/users/[id] [next.js]',
    ]);
  });

  it('stand on pages and on what gets their data', async () => {
    const { sites } = workspaceOf({
      'app/page.tsx': PAGE,
      'app/(shop)/cart/page.tsx': `export const generateMetadata = async () => ({});\n${PAGE}`,
      'pages/people/[name].tsx': `export async function getServerSideProps() {}\n${PAGE}`,
    });
    expect(await sites()).toEqual([
      'app/(shop)/cart/page.tsx:1 decorator generateMetadata /(shop)/cart/page [next.js]',
      'app/(shop)/cart/page.tsx:2 route GET /cart',
      'app/(shop)/cart/page.tsx:2 decorator render route (app) /cart [next.js]',
      'app/page.tsx:1 route GET /',
      'app/page.tsx:1 decorator render route (app) / [next.js]',
      'pages/people/[name].tsx:1 decorator getServerSideProps /people/[name] [next.js]',
      'pages/people/[name].tsx:2 route GET /people/[name]',
      'pages/people/[name].tsx:2 decorator render route (pages) /people/[name] [next.js]',
    ]);
  });

  it('are found for the spans that Next makes, and for no other library’s', async () => {
    const { indexer, changes } = workspaceOf({
      'package.json': '{"name":"shop"}',
      'app/orders/[id]/route.ts': 'export async function GET() {}\nexport async function POST() {}\n',
      'app/carts/route.ts': 'export async function GET() {}\n',
    });
    await indexer.start();
    const index = new SiteIndex();
    for (const change of changes) index.put(change);
    const operation = { service: 'shop', scope: 'next.js', language: 'nodejs' };
    const locate = (name: string, kind: SpanKind, scope = 'next.js') =>
      new CallSiteIndex(index).locate({ ...operation, scope, name, kind });
    expect(locate('POST /orders/[id]', 'server')).toMatchObject({
      line: 2,
      functionName: 'POST',
      confidence: 'likely',
    });
    // Of two methods the span of the request above it tells which.
    expect(locate('executing api route (app) /orders/[id]', 'internal')).toBeUndefined();
    expect(locate('executing api route (app) /carts', 'internal')).toMatchObject({ line: 1, confidence: 'likely' });
    expect(locate('executing api route (app) /carts', 'internal', 'other')).toBeUndefined();
  });

  it('are not pages of other frameworks, nor what frames all pages', async () => {
    const { sites } = workspaceOf({
      'src/pages/About.tsx': PAGE,
      'pages/_app.tsx': `export const getServerSideProps = async () => {};\n${PAGE}`,
      'src/app/main.ts': 'export function GET() {}\n',
    });
    expect(await sites()).toEqual([]);
  });
});
