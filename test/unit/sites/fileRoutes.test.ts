import { describe, expect, it } from 'vitest';
import { CallSiteIndex } from '../../../src/sources/locators/callSiteIndex';
import { SiteIndex } from '../../../src/sources/sites/siteIndex';
import { workspaceOf } from './workspace';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

describe('Routes that are files, as SvelteKit, Astro and Nitro have them', () => {
  it('stand on what SvelteKit’s files export', async () => {
    const { sites } = workspaceOf({
      'src/routes/(shop)/orders/[id]/+page.server.ts': 'export async function load() {}\nexport const actions = {};\n',
      'src/routes/api/+server.ts': 'export const GET = () => 1;\n\nexport async function DELETE() {}\n',
      'src/routes/+layout.server.ts': 'export async function load() {}\n',
    });
    expect(await sites()).toEqual([
      'src/routes/(shop)/orders/[id]/+page.server.ts:1 route GET /(shop)/orders/[id]',
      'src/routes/(shop)/orders/[id]/+page.server.ts:2 route POST /(shop)/orders/[id]',
      'src/routes/api/+server.ts:1 route GET /api',
      'src/routes/api/+server.ts:3 route DELETE /api',
    ]);
  });

  it('stand on Astro’s endpoints, where one function may answer what no other does', async () => {
    const { sites } = workspaceOf({
      'src/pages/api/[id].json.ts': 'export async function GET() {}\nexport const ALL = () => 1;\n',
    });
    const rest = METHODS.slice(1).map((method) => `src/pages/api/[id].json.ts:2 route ${method} /api/[id].json`);
    expect(await sites()).toEqual(['src/pages/api/[id].json.ts:1 route GET /api/[id].json', ...rest]);
  });

  it('stand on the handlers that Nitro’s files define, and on nothing else in folders of those names', async () => {
    const { sites } = workspaceOf({
      'server/api/orders/[id].get.ts': '\nexport default defineEventHandler(async () => 1);\n',
      'server/api/helper.ts': 'export default makeHelper(() => 1);\n',
      'server/routes/[...path].ts': 'export default cachedEventHandler(() => 1);\n',
    });
    expect(await sites()).toEqual([
      'server/api/orders/[id].get.ts:2 route GET /api/orders/:id',
      ...METHODS.map((method) => `server/routes/[...path].ts:1 route ${method} /**:path`),
    ]);
  });

  it('are likely the line of the requests that go by their name', async () => {
    const { indexer, changes } = workspaceOf({
      'package.json': '{ "name": "shop" }',
      'src/routes/orders/[id]/+page.server.ts': 'export async function load() {}\n',
    });
    await indexer.start();
    const index = new SiteIndex();
    for (const change of changes) index.put(change);
    const request = { service: 'shop', scope: '@opentelemetry/instrumentation-http', language: 'nodejs' };
    const found = new CallSiteIndex(index).locate({ ...request, kind: 'server', name: 'GET /orders/[id]' });
    expect(found).toMatchObject({ line: 1, functionName: 'load', confidence: 'likely' });
  });
});
