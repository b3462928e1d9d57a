import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ProjectRoutes } from '../../../src/preload/sdk/fileRoutes/projectRoutes';
import { RouteTable } from '../../../src/preload/sdk/fileRoutes/routeTable';
import { fileRoute, type FileFramework } from '../../../src/protocol/fileRoutes';

/** `name`, `METHOD name`, and of a page `page name`. */
function drawn(path: string): string | undefined {
  const route = fileRoute(path);
  return route && [route.method ?? (route.isEndpoint ? undefined : 'page'), route.name].filter(Boolean).join(' ');
}

describe('what a file’s route is called', () => {
  test.each([
    ['src/routes/+page.server.ts', 'page /'],
    ['src/routes/(shop)/orders/[id]/+server.js', '/(shop)/orders/[id]'],
    ['C:\\app\\src\\routes\\orders\\+page.ts', 'page /orders'],
    ['src/routes/orders/+layout.server.ts', undefined],
    ['src/pages/index.astro', 'page /'],
    ['/app/src/pages/api/[id].json.ts', '/api/[id].json'],
    ['src/pages/_parts/list.astro', undefined],
    ['src/pages/_list.astro', undefined],
    ['server/api/orders/[id].get.ts', 'GET /api/orders/:id'],
    ['server/api/index.ts', '/api'],
    ['/app/server/routes/[...path].ts', '/**:path'],
    ['server/routes/[...].post.dev.ts', 'POST /**'],
    ['server/utils/list.ts', undefined],
  ])('%s: %s', (path, name) => {
    expect(drawn(path)).toBe(name);
  });
});

describe('the file that answers a path', () => {
  const tableOf = (framework: FileFramework, ...paths: string[]) =>
    new RouteTable(paths.map((path) => fileRoute(path, framework)!));

  test('is the one that says most of it', () => {
    const table = tableOf(
      'sveltekit',
      ...['[...rest]', '[id]', 'orders', 'orders/[id]', 'orders/new', 'orders/a-[id]', '(x)/in/[[lang]]/here'].map(
        (folder) => `src/routes/${folder}/+server.ts`,
      ),
    );
    const names = ['/', '/orders', '/orders/', '/orders/7', '/orders/new', '/orders/a-7', '/orders/7/lines', '/7'];
    expect(names.map((path) => table.nameOf('GET', path))).toEqual([
      '/[...rest]',
      '/orders',
      '/orders',
      '/orders/[id]',
      '/orders/new',
      '/orders/a-[id]',
      '/[...rest]',
      '/[id]',
    ]);
    expect(['/in/here', '/in/de/here'].map((path) => table.nameOf('GET', path))).toEqual(
      Array(2).fill('/(x)/in/[[lang]]/here'),
    );
  });

  test('is not told where a function of the program’s decides', () => {
    const table = tableOf('sveltekit', 'src/routes/[id=number]/+server.ts', 'src/routes/[name]/+server.ts');
    expect(table.nameOf('GET', '/7')).toBeUndefined();
    expect(tableOf('sveltekit', 'src/routes/[id=number]/+server.ts').nameOf('GET', '/7')).toBe('/[id=number]');
  });

  test('is one of the request’s method', () => {
    const table = tableOf('nitro', 'server/api/a.get.ts', 'server/api/[x].post.ts', 'server/api/b.ts');
    const asked = ['GET a', 'HEAD a', 'POST a', 'PUT a', 'PUT b'].map((each) => each.split(' '));
    expect(asked.map(([method, path]) => table.nameOf(method, `/api/${path}`))).toEqual([
      '/api/a',
      '/api/a',
      '/api/:x',
      undefined,
      '/api/b',
    ]);
  });
});

describe('a project’s routes', () => {
  function project(dependencies: object, ...files: string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'spanline-routes-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ devDependencies: dependencies }));
    return folder;
  }

  test('are read from where the framework has them, and asked by the address of a request', () => {
    const folder = project({ '@sveltejs/kit': '3' }, 'src/routes/orders/[id]/+page.server.ts', 'src/pages/other.ts');
    const routes = ProjectRoutes.find(join(folder, 'build', 'index.js'), folder)!;
    const urls = ['/orders/7', '/orders/7?a=/b', '/orders/7/__data.json?x', '/orders/%C3%A4', '/orders/%', '/other'];
    expect(urls.map((url) => routes.nameOf('GET', url))).toEqual([...Array<string>(5).fill('/orders/[id]'), undefined]);
  });

  test('are those of the folder that Nitro was built from', () => {
    const folder = project({ nitropack: '2' }, 'server/api/orders.ts');
    const routes = ProjectRoutes.find(join(folder, '.output', 'server', 'index.mjs'), '/')!;
    expect(routes.nameOf('GET', '/api/orders')).toBe('/api/orders');
  });

  test('are not looked for in other projects, nor in a process that hands requests on', () => {
    const other = project({ express: '5' }, 'server/api/orders.ts');
    const nitro = project({ nuxt: '4' }, 'server/api/orders.ts');
    expect(ProjectRoutes.find(join(other, 'main.js'), other)).toBeUndefined();
    expect(ProjectRoutes.find('/app/node_modules/nuxt/bin/nuxt.mjs', nitro)).toBeUndefined();
  });
});
