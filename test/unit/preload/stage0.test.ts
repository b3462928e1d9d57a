import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import esbuild from 'esbuild';
import { afterEach, describe, expect, test } from 'vitest';
import { watchApiSlot, watchProvider } from '../../../src/preload/stage0/apiSlot';
import { mainScript, supportsCapture } from '../../../src/preload/stage0/guards';
import { programFacts } from '../../../src/preload/stage0/sdkChoice';
import { carryVariables, unpackVariables } from '../../../src/preload/stage0/strictTools';
import { testProcess } from '../../../src/preload/stage0/testProcess';
import { isToolScript } from '../../../src/preload/stage0/tools';
import { PRELOAD_ENV } from '../../../src/protocol/preload';

describe('the first file', () => {
  const repository = fileURLToPath(new URL('../../../', import.meta.url));

  test('parses as ES2015 and holds everything in one try block', () => {
    const { outputFiles } = esbuild.buildSync({
      absWorkingDir: repository,
      entryPoints: ['src/preload/main.ts'],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      target: 'es2015',
      banner: { js: 'try {' },
      footer: { js: '} catch (_) {}' },
    });
    const program = parse(outputFiles[0].text, { ecmaVersion: 2015, sourceType: 'script' });
    expect(program.body.map(({ type }) => type)).toEqual(['TryStatement']);
  });

  test.each([
    ['0.12.18', false],
    ['16.20.2', false],
    ['18.19.0', true],
    ['26.1.0', true],
  ])('runs on Node %s: %s', (node, runs) => {
    expect(supportsCapture({ node })).toBe(runs);
  });
});

describe('a main script is a mere tool’s', () => {
  test.each([
    ['/usr/lib/node_modules/npm/bin/npm-cli.js', true],
    ['C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npx-cli.js', true],
    ['/usr/lib/node_modules/corepack/dist/pnpm.js', true],
    ['/app/.yarn/releases/yarn-4.5.0.cjs', true],
    ['/app/node_modules/typescript/bin/tsc', true],
    ['/app/node_modules/eslint/bin/eslint.js', true],
    ['/app/node_modules/@angular/cli/bin/ng.js', true],
    ['/app/node_modules/.pnpm/tsx@4.0.0/node_modules/tsx/dist/cli.mjs', true],
    ['/app/node_modules/@nestjs/cli/bin/nest.js', true],
    ['/app/node_modules/vitest/vitest.mjs', true],
    ['/app/node_modules/ts-node/dist/bin.js', false],
    ['/app/node_modules/ts-node-dev/lib/bin.js', true],
    ['/app/node_modules/ts-node-dev/lib/wrap.js', false],
    ['/app/node_modules/next/dist/bin/next', false],
    ['/app/node_modules/vite/bin/vite.js', false],
    ['/app/node_modules/vitest/dist/workers/forks.js', false],
    ['/app/node_modules/mocha/bin/mocha.js', false],
    ['/app/src/main.js', false],
    ['/home/me/eslint/bin/eslint.js', false],
  ])('%s: %s', (script, tool) => {
    expect(isToolScript(script)).toBe(tool);
  });
});

describe('the main script', () => {
  const { argv } = process;
  afterEach(() => {
    process.argv = argv;
  });

  test('is the TypeScript file that a loader finds where its compiled name stands', () => {
    const folder = mkdtempSync(join(tmpdir(), 'spanline-main-script-'));
    writeFileSync(join(folder, 'server.ts'), '');
    process.argv = [argv[0], join(folder, 'server.js')];
    expect(mainScript()).toBe(realpathSync(join(folder, 'server.ts')));
    process.argv = [argv[0], join(folder, 'other.js')];
    expect(mainScript()).toBeUndefined();
  });
});

describe('Turborepo, which keeps variables from its tasks', () => {
  const ours = { [PRELOAD_ENV.endpoint]: 'http://127.0.0.1:1', [PRELOAD_ENV.run]: 'r', [PRELOAD_ENV.spool]: '/spool' };
  const turbo = '/app/node_modules/turbo/bin/turbo';
  /** What a task is given that names no variables. */
  const handedOn = (env: NodeJS.ProcessEnv) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => name === 'PATH' || name.startsWith('VSCODE_')));

  test('hands on what a task is recorded by', () => {
    const env: NodeJS.ProcessEnv = { ...ours, PATH: '/bin' };
    carryVariables(turbo, env);
    const task = handedOn(env);
    unpackVariables(task);
    expect(task).toEqual({ ...ours, PATH: '/bin' });
  });

  test('does not change what has come by itself', () => {
    const env: NodeJS.ProcessEnv = { ...ours };
    carryVariables(turbo, env);
    env[PRELOAD_ENV.run] = 'another';
    unpackVariables(env);
    expect(env).toEqual({ ...ours, [PRELOAD_ENV.run]: 'another' });
  });

  test('is the only one to be given more variables than there were', () => {
    const env: NodeJS.ProcessEnv = { ...ours };
    carryVariables('/app/node_modules/nx/bin/nx.js', env);
    carryVariables('/app/main.js', env);
    expect(env).toEqual(ours);
  });
});

describe('a process runs tests', () => {
  test.each([
    ['/app/node_modules/tinypool/dist/entry/process.js', { VITEST: 'true' }, { sandbox: true }],
    [undefined, { VITEST: 'true' }, { sandbox: true }],
    ['/app/node_modules/jest-worker/build/workers/processChild.js', { JEST_WORKER_ID: '1' }, { sandbox: true }],
    ['/app/node_modules/jest/bin/jest.js', {}, { sandbox: true }],
    ['C:\\app\\node_modules\\jest-cli\\bin\\jest.js', {}, { sandbox: true }],
    ['/app/node_modules/mocha/bin/_mocha', {}, { sandbox: false }],
    ['/app/test/orders.test.js', { NODE_TEST_CONTEXT: 'child-v8' }, { sandbox: false }],
    ['/app/src/jester.js', {}, undefined],
    ['/app/src/main.js', {}, undefined],
  ])('%s %j: %j', (script, env, expected) => {
    expect(testProcess(script, env)).toEqual(expected);
  });
});

describe('the program', () => {
  const facts = (files: Record<string, object | string>, script: string | undefined, options = '') =>
    programFacts(script, '/repo/work', options, (path) => {
      const content = files[path.replaceAll('\\', '/')];
      return typeof content === 'object' ? JSON.stringify(content) : content;
    });

  test('is called like the nearest package that has a name', () => {
    const files = { '/repo/package.json': { name: 'repo' }, '/repo/app/dist/package.json': { type: 'module' } };
    expect(facts(files, '/repo/app/dist/main.js')).toMatchObject({ serviceName: 'repo', hasSdk: false });
  });

  test.each(['vite', 'astro', '@sveltejs/kit'])('runs modules out of Vite by %s', (name) => {
    const of = (manifest: object) =>
      facts({ '/app/package.json': { name: 'app', ...manifest } }, '/app/main.js').usesVite;
    expect(of({ devDependencies: { [name]: '1' } })).toBe(true);
    expect(of({ devDependencies: { 'vite-plugin-x': '1' } })).toBe(false);
  });

  test.each([
    ['hono', true],
    ['@koa/router', true],
    ['express', false],
    ['toString', false],
  ])('has ES modules that are followed by %s: %s', (dependency, expected) => {
    const files = { '/app/package.json': { name: 'app', dependencies: { [dependency]: '*' } } };
    expect(facts(files, '/app/main.js').usesFollowedModules).toBe(expected);
  });

  test('has ES modules of React Router followed where it answers requests by it', () => {
    const of = (manifest: object) =>
      facts({ '/app/package.json': { name: 'app', ...manifest } }, '/app/main.js').usesFollowedModules;
    const dependencies = { 'react-router': '8' };
    expect(of({ dependencies })).toBe(false);
    expect(of({ dependencies: { ...dependencies, '@react-router/node': '8' } })).toBe(true);
    expect(of({ dependencies, devDependencies: { '@react-router/dev': '8' } })).toBe(true);
    expect(of({ dependencies: { ...dependencies, hono: '4' } })).toBe(true);
  });

  test.each([
    ['11.1.9', false],
    ['^10.0.0', false],
    ['^12.0.0', true],
    ['>=12', true],
    ['latest', true],
  ])('has ES modules that are followed by Nest %s: %s', (version, expected) => {
    const files = { '/app/package.json': { name: 'app', dependencies: { '@nestjs/core': version } } };
    expect(facts(files, '/app/main.js').usesFollowedModules).toBe(expected);
  });

  test('is known by what its package depends on, though that has no name', () => {
    const files = { '/repo/shop/package.json': { dependencies: { '@opentelemetry/sdk-node': '*' } } };
    expect(facts(files, '/repo/shop/main.js')).toMatchObject({ serviceName: 'shop', hasSdk: true });
  });

  test('is called like its script where no package has a name', () => {
    expect(facts({}, '/tmp/try.mjs').serviceName).toBe('try.mjs');
  });

  test('is looked for where a runner from a package was started', () => {
    const files = {
      '/repo/work/package.json': { name: 'site' },
      '/repo/node_modules/next/package.json': { name: 'next' },
    };
    expect(facts(files, '/repo/node_modules/next/dist/bin/next').serviceName).toBe('site');
  });

  const factsWith = (dependencies: readonly string[]) => {
    const manifest = { name: 'a', devDependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])) };
    return facts({ '/app/package.json': manifest }, '/app/main.js');
  };

  test.each([
    ['@opentelemetry/sdk-node', true],
    ['@opentelemetry/sdk-trace-web', true],
    ['@sentry/node', true],
    ['dd-trace', true],
    ['@vercel/otel', true],
    ['@newrelic/vercel-opentelemetry', true],
    ['@opentelemetry/api', false],
    ['@opentelemetry/sdk-metrics', false],
    ['@sentry/react', false],
    ['@vercel/analytics', false],
    ['@elastic/elasticsearch', false],
    ['@other/dd-trace', false],
    ['express', false],
    ['', false],
  ])('%s brings an SDK: %s', (dependency, hasSdk) => {
    expect(factsWith(['express', dependency]).hasSdk).toBe(hasSdk);
  });

  test.each([
    ['vite', true],
    ['nuxt', true],
    ['@sveltejs/kit', true],
    ['@tanstack/react-start', true],
    ['@analogjs/platform', true],
    ['@tanstack/react-query', false],
    ['vite-plugin-pwa', false],
    ['constructor', false],
  ])('%s runs modules out of Vite: %s', (dependency, usesVite) => {
    expect(factsWith(['express', dependency]).usesVite).toBe(usesVite);
  });

  test('has an SDK when the command line brings one', () => {
    expect(facts({}, '/app/main.js', '--import @opentelemetry/auto-instrumentations-node/register').hasSdk).toBe(true);
  });

  test('may have a package.json that is no JSON', () => {
    expect(facts({ '/app/package.json': '{' }, '/app/main.js')).toEqual({
      serviceName: 'main.js',
      hasSdk: false,
      usesVite: false,
      usesFollowedModules: false,
    });
  });
});

describe('the slot of the OpenTelemetry API', () => {
  const SLOT = Symbol.for('opentelemetry.js.api.1');
  type Slot = Record<symbol, { trace?: unknown; version?: string } | undefined>;

  /** The API's registration, as all its versions do it. */
  function register(global: Slot, trace: unknown): void {
    const api = (global[SLOT] = global[SLOT] ?? { version: '1.9.1' });
    if (!api.trace) api.trace = trace;
  }

  test('tells what is registered as trace and is a plain property again', () => {
    const global: Slot = {};
    const seen: unknown[] = [];
    watchApiSlot(global, (trace) => seen.push(trace));
    expect(global[SLOT]).toBeUndefined();
    register(global, 'provider');
    expect(seen).toEqual(['provider']);
    expect(Object.getOwnPropertyDescriptor(global, SLOT)).toMatchObject({ writable: true, enumerable: true });
    expect(Object.getOwnPropertyDescriptor(global[SLOT], 'trace')).toEqual({
      value: 'provider',
      writable: true,
      enumerable: true,
      configurable: true,
    });
  });

  test('may have been filled before us', () => {
    const seen: unknown[] = [];
    const global: Slot = {};
    register(global, 'early');
    watchApiSlot(global, (trace) => seen.push(trace));
    expect(seen).toEqual(['early']);
  });

  test('never hands our troubles to who registers', () => {
    const global: Slot = {};
    watchApiSlot(global, () => {
      throw new Error('ours');
    });
    expect(() => register(global, 'provider')).not.toThrow();
    expect(global[SLOT]?.trace).toBe('provider');
  });

  test('leads through the proxy to the provider, in every copy of the API', () => {
    const copies = [1, 2].map(
      () =>
        class ProxyTracerProvider {
          _delegate: unknown;
          setDelegate(delegate: unknown): void {
            this._delegate = delegate;
          }
        },
    );
    const seen: unknown[] = [];
    for (const Copy of copies) {
      const proxy = new Copy();
      watchProvider(proxy, (provider) => seen.push(provider));
      watchProvider(proxy, (provider) => seen.push(provider));
      proxy.setDelegate(`provider ${copies.indexOf(Copy)}`);
      expect(proxy._delegate).toBe(`provider ${copies.indexOf(Copy)}`);
      expect(Object.keys(proxy)).toEqual(['_delegate']);
    }
    expect(seen).toEqual(['provider 0', 'provider 1']);
  });
});
