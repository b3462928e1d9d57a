import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../../src/analysis/engine';
import { ModuleResolver } from '../../../src/analysis/moduleResolver';
import { scan } from '../../../src/analysis/scan';
import { silentLog } from '../../../src/base/log';

const WRAPPER = `import { trace, type Span } from '@opentelemetry/api';
const tracer = trace.getTracer('telemetry');
export function traced<T>(name: string, work: (span: Span) => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, async (span) => {
    try { return await work(span); } finally { span.end(); }
  });
}
`;
/** Only who knows that \`traced\` starts a span finds the URL in its name. */
const userOf = (module: string) => `import { traced } from '${module}';
export const handle = (req: Request) => traced(\`GET \${req.url}\`, async () => 1);
`;
const USED = 'apps/web/src/telemetryUse.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'spanline-monorepo-'));
  await mkdir(join(root, '.git'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string | object>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

function found(): string[] {
  const engine = new Engine({ open: () => undefined }, silentLog);
  const settings = { enabled: true, rules: {}, wrappers: [] };
  return [...scan(engine, root, { settings })].flatMap(({ path, findings }) =>
    findings.map(({ rule }) => `${path.slice(root.length + 1)} ${rule}`),
  );
}

/** Where an import of the application leads, relative to the root. */
function resolved(module: string, from = USED): string | undefined {
  return new ModuleResolver().resolve(join(root, from), module)?.slice(root.length + 1);
}

const BUILT = { main: 'dist/index.js', types: 'dist/index.d.ts' };
const FINDING = `${USED} span-name-high-cardinality`;

describe('a package of the same repository, neither installed nor built', () => {
  const workspace = {
    'packages/telemetry/package.json': { name: '@acme/telemetry', ...BUILT },
    'packages/telemetry/src/index.ts': "export * from './traced';\n",
    'packages/telemetry/src/traced.ts': WRAPPER,
    'apps/web/package.json': { name: 'web', dependencies: { '@acme/telemetry': 'workspace:*' } },
    [USED]: userOf('@acme/telemetry'),
  };
  const roots: Readonly<Record<string, Readonly<Record<string, string | object>>>> = {
    npm: { 'package.json': { workspaces: ['packages/*', 'apps/*'] } },
    yarn: { 'package.json': { workspaces: { packages: ['packages/**'] } } },
    pnpm: {
      'package.json': {},
      'pnpm-workspace.yaml': "packages:\n  # ours\n  - 'packages/*'\n\n  - apps/* # programs\ncatalog:\n  react: 1\n",
    },
    'pnpm, on one line': { 'pnpm-workspace.yaml': 'packages: ["packages/*", "apps/*"]\n' },
    lerna: { 'package.json': {}, 'lerna.json': { packages: ['./packages/telemetry/'] } },
  };

  test.each(Object.keys(roots))('is read where %s lists it', async (manager) => {
    await write({ ...workspace, ...roots[manager] });
    expect(resolved('@acme/telemetry')).toBe('packages/telemetry/src/index.ts');
    expect(found()).toEqual([FINDING]);
  });

  test('is read by its source when it is installed by a link and built as well', async () => {
    await write({ ...workspace, ...roots['npm'] });
    await write({
      'packages/telemetry/dist/index.d.ts': 'export declare function traced(n: string, w: unknown): void;',
    });
    await mkdir(join(root, 'node_modules/@acme'), { recursive: true });
    await symlink(join(root, 'packages/telemetry'), join(root, 'node_modules/@acme/telemetry'), 'junction');
    expect(resolved('@acme/telemetry')).toBe('packages/telemetry/src/index.ts');
    expect(found()).toEqual([FINDING]);
  });

  test('is not what is listed as left out, lies beside, or has that name elsewhere', async () => {
    await write({ ...workspace, 'package.json': { workspaces: ['packages/*', '!packages/telemetry'] } });
    expect(resolved('@acme/telemetry')).toBeUndefined();
    await write({ 'package.json': { workspaces: ['apps/*'] } });
    expect(resolved('@acme/telemetry')).toBeUndefined();
    await write({ 'package.json': { workspaces: ['*'] } });
    expect([resolved('@acme/telemetry'), found()]).toEqual([undefined, []]);
  });

  test('is looked for no higher than the repository reaches', async () => {
    await write({ ...workspace, ...roots['npm'], 'apps/.git/HEAD': 'ref: x' });
    expect(resolved('@acme/telemetry')).toBeUndefined();
  });

  test('is looked for again when manifests changed', async () => {
    await write(workspace);
    const resolver = new ModuleResolver();
    const from = join(root, USED);
    expect(resolver.resolve(from, '@acme/telemetry')).toBeUndefined();
    await write(roots['npm']);
    resolver.forget();
    expect(resolver.resolve(from, '@acme/telemetry')).toMatch(/packages\/telemetry\/src\/index\.ts$/);
  });
});

test('what exports names leads to the source that it is built from', async () => {
  const exports = {
    '.': { types: './dist/types/index.d.ts', import: './dist/esm/index.js', require: './dist/cjs/index.cjs' },
    './client': { import: './dist/client/index.js', default: './dist/client/index.cjs' },
    './features/*': { default: './lib/features/*.js' },
    './raw': './source/raw.mts',
    './hidden': null,
  };
  await write({
    'package.json': { workspaces: ['packages/*'] },
    'packages/kit/package.json': { name: 'kit', exports },
    'packages/kit/src/index.ts': '',
    'packages/kit/src/client/index.tsx': '',
    'packages/kit/src/features/retry.ts': '',
    'packages/kit/source/raw.mts': '',
    'packages/kit/src/internal.ts': '',
    'packages/plain/package.json': { name: 'plain' },
    'packages/plain/index.js': '',
    'packages/plain/deep/part.js': '',
  });
  const leads = (modules: string[]) => Object.fromEntries(modules.map((module) => [module, resolved(module, 'a.ts')]));
  expect(leads(['kit', 'kit/client', 'kit/features/retry', 'kit/raw', 'kit/none', 'plain', 'plain/deep/part'])).toEqual(
    {
      kit: 'packages/kit/src/index.ts',
      'kit/client': 'packages/kit/src/client/index.tsx',
      'kit/features/retry': 'packages/kit/src/features/retry.ts',
      'kit/raw': 'packages/kit/source/raw.mts',
      'kit/none': undefined,
      plain: 'packages/plain/index.js',
      'plain/deep/part': 'packages/plain/deep/part.js',
    },
  );
});

test('a manifest in the middle of an edit is passed over', async () => {
  await write({ 'package.json': { workspaces: ['packages/*'] }, 'packages/a/package.json': '{ "name": ' });
  expect(resolved('a', 'x.ts')).toBeUndefined();
});

describe('configurations that refer to each other', () => {
  test('paths hold that stand in the one which compiles the program', async () => {
    await write({
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "./libs/other" }] }',
      'tsconfig.app.json': '{ "compilerOptions": { "composite": true, "paths": { "@/*": ["./src/*"] } } }',
      'src/lib/telemetry.ts': WRAPPER,
      'src/telemetryUse.ts': userOf('@/lib/telemetry'),
    });
    expect(found()).toEqual(['src/telemetryUse.ts span-name-high-cardinality']);
  });

  test('paths of a shared base hold in every package that extends it', async () => {
    await write({
      'tsconfig.base.json': '{ "compilerOptions": { "paths": { "@acme/*": ["./libs/*/src"] } } }',
      'libs/telemetry/src/index.ts': WRAPPER,
      'apps/web/tsconfig.json':
        '{ "extends": "../../tsconfig.base.json", "references": [{ "path": "../../libs/telemetry" }] }',
      [USED]: userOf('@acme/telemetry'),
    });
    expect(found()).toEqual([FINDING]);
  });
});
