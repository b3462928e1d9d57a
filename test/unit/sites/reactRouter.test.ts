import { describe, expect, it, test } from 'vitest';
import { flatRoute } from '../../../src/analysis/sites/reactRouter/flatRoutes';
import { workspaceOf } from './workspace';

const ROOT = { 'app/root.tsx': 'export default function App() { return null; }\n' };
const PAGE = 'export async function loader() {}\n\nexport async function action() {}\nexport default () => null;\n';
const PLAIN = '\nexport default function Page() { return null; }\n';

const answers = (file: string, name: string) => [
  `${file}:1 route GET ${name}`,
  ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${file}:3 route ${method} ${name}`),
];

describe('Routes of React Router and Remix', () => {
  it('stand on what their files export, by the list of them', async () => {
    const { sites } = workspaceOf({
      ...ROOT,
      'app/routes.ts': `
        import { type RouteConfig, index, layout, prefix, route } from '@react-router/dev/routes';
        const more = [route('late', './late.tsx')];
        export default [
          index('./home.tsx'),
          route('orders', 'orders/all.tsx', [index('orders/first.tsx'), route(':id', 'orders/one.tsx', { id: 'order' })]),
          layout('./frame.tsx', [route('login', './login.tsx')]),
          ...prefix('shop', [...prefix('de?', [route(':item/*', './item.tsx')])]),
          ...(process.env.ADMIN ? [{ path: 'admin', file: './login.tsx' }] : []),
          ...more,
        ] satisfies RouteConfig;
      `,
      'app/home.tsx': PLAIN,
      'app/frame.tsx': PLAIN,
      'app/login.tsx': PAGE,
      'app/item.tsx': PLAIN,
      'app/late.tsx': PLAIN,
      'app/orders/all.tsx': PAGE,
      'app/orders/first.tsx': PLAIN,
      'app/orders/one.tsx': PAGE,
      'app/parts/button.tsx': PLAIN,
      'app/routes/none.tsx': PAGE,
    });
    expect(await sites()).toEqual([
      'app/home.tsx:2 route GET /',
      'app/item.tsx:2 route GET /shop/de?/:item/*',
      'app/late.tsx:2 route GET /late',
      ...['GET /login', 'GET /admin'].map((name) => `app/login.tsx:1 route ${name}`),
      ...['/login', '/admin'].flatMap((name) => answers('app/login.tsx', name).slice(1)),
      'app/orders/first.tsx:2 route GET /orders',
      ...answers('app/orders/one.tsx', '/orders/:id'),
    ]);
  });

  it('are known by the names of their files where nothing lists them, or the list says so', async () => {
    const files = {
      ...ROOT,
      'app/routes/orders.$id.tsx': PAGE,
      'app/routes/orders.tsx': PAGE,
      'app/routes/orders._index.tsx': PLAIN,
      'app/routes/_auth.tsx': PLAIN,
      'app/routes/_auth.login/route.tsx': PLAIN,
      'app/routes/_auth.login/form.tsx': PLAIN,
    };
    const expected = [
      'app/routes/_auth.login/route.tsx:2 route GET /login',
      ...answers('app/routes/orders.$id.tsx', '/orders/:id'),
      'app/routes/orders._index.tsx:2 route GET /orders',
    ];
    expect(await workspaceOf(files).sites()).toEqual(expected);
    const config = `import { flatRoutes } from '@react-router/fs-routes';\nexport default await flatRoutes();\n`;
    expect(await workspaceOf({ ...files, 'app/routes.ts': config }).sites()).toEqual(expected);
    const other = config.replace('()', '({ rootDirectory: "pages" })');
    expect(await workspaceOf({ ...files, 'app/routes.ts': other, 'app/pages/a.ts': PLAIN }).sites()).toEqual([
      'app/pages/a.ts:2 route GET /a',
    ]);
  });

  it('are found anew when the list of them changes', async () => {
    const list = (path: string) => `export default [{ path: '${path}', file: 'a.tsx' }];\n`;
    const { indexer, changes, write } = workspaceOf({ ...ROOT, 'app/a.tsx': PLAIN, 'app/routes.ts': list('a') });
    await indexer.start();
    await indexer.changed([write('app/routes.ts', list('b'))]);
    expect(changes.at(-1)!.files.flatMap(({ sites }) => sites.map(({ name }) => name[0]))).toEqual(['GET /b']);
  });

  it('are none where there is no such application', async () => {
    expect(await workspaceOf({ 'app/routes/orders.tsx': PAGE }).sites()).toEqual([]);
  });
});

test.each([
  ['_index.tsx', '/', true],
  ['about.ts', '/about', false],
  ['concerts.$city.jsx', '/concerts/:city', false],
  ['concerts_.mine.tsx', '/concerts/mine', false],
  ['($lang).categories.tsx', '/:lang?/categories', false],
  ['files.$.ts', '/files/*', false],
  ['sitemap[.]xml.ts', '/sitemap.xml', false],
  ['_shop.cart._index/route.tsx', '/cart', true],
  ['cart/index.tsx', '/cart', false],
])('the file %s is the route %s', (path, name, isIndex) => {
  expect(flatRoute(path)).toEqual({ name, isIndex });
});

test.each(['_shop.tsx', 'cart/form.tsx', 'cart/parts/route.tsx', 'about.css'])('the file %s is no route', (path) => {
  expect(flatRoute(path)).toBeUndefined();
});
