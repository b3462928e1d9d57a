import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isDevAsset } from '../../../src/preload/sdk/devAssets';
import { PackageWatch } from '../../../src/preload/sdk/packageWatch';
import { Hook } from '../../../src/preload/sdk/requireHook';
import { StandIn } from '../../../src/preload/sdk/standIn';
import type { World } from '../../../src/preload/sdk/world';
import type { Capture } from '../../../src/preload/host';
import { ListenersByPackage } from '../../../src/preload/stage0/compiledFiles';
import { packageFile } from '../../../src/preload/stage0/packageFile';
import { inPackage } from './packageFiles';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

describe('the package of a file', () => {
  test.each([
    ['/app/node_modules/pg/lib/client.js', 'pg', 'lib/client.js', '/app/node_modules/pg'],
    [
      '/app/node_modules/a/node_modules/@redis/client/dist/index.js',
      '@redis/client',
      'dist/index.js',
      '/app/node_modules/a/node_modules/@redis/client',
    ],
    [
      'C:\\app\\node_modules\\@hapi\\hapi\\lib\\index.js',
      '@hapi/hapi',
      'lib/index.js',
      'C:\\app\\node_modules\\@hapi\\hapi',
    ],
    ['/node_modules/a.js/node_modules.js', 'a.js', 'node_modules.js', '/node_modules/a.js'],
    // Prisma copies what it runs on to where its client is generated.
    ['/app/generated/prisma/runtime/library.js', '@prisma/client', 'runtime/library.js', '/app/generated/prisma'],
    ['C:\\app\\prisma\\client\\runtime\\binary.js', '@prisma/client', 'runtime/binary.js', 'C:\\app\\prisma\\client'],
  ])('%s', (filename, packageName, path, folder) => {
    expect(packageFile(filename)).toEqual({ filename, packageName, path, folder });
  });

  test.each([
    '/app/src/node_modules.js',
    '/app/node_modules/loose.js',
    '/app/my_node_modules/a/b.js',
    'node:fs',
    '/app/src/runtime/client.js',
  ])('is none for %s', (filename) => {
    expect(packageFile(filename)).toBeUndefined();
  });
  test('is none for a scope without a package', () => {
    expect(packageFile('/app/node_modules/@scope/loose.js')).toBeUndefined();
  });
});

describe('watched packages', () => {
  const main = join(REPOSITORY, 'node_modules', 'acorn', 'dist', 'acorn.js');
  const inner = join(REPOSITORY, 'node_modules', 'acorn', 'dist', 'bin.js');

  function watchAcorn() {
    const created: string[] = [];
    const loaded: unknown[] = [];
    const entry = {
      packages: ['acorn'],
      create: () => {
        new Hook(null, {}, (exports, name, folder) => {
          loaded.push([name, folder]);
          return name === 'acorn' ? { patched: exports } : exports;
        });
        return { instrumentationName: 'for acorn' } as never;
      },
    };
    const watch = new PackageWatch([entry], {} as Capture, ({ instrumentationName }) =>
      created.push(instrumentationName),
    );
    const listeners = new ListenersByPackage();
    watch.attach(listeners, { follow() {} });
    const compile = (filename: string, exports: unknown) => {
      const file = inPackage(filename);
      const module = { exports };
      const wanted = listeners.of(file.packageName);
      wanted?.runBefore(file);
      wanted?.runAfter(file, module);
      return module.exports;
    };
    return { watch, created, loaded, compile };
  }

  test('call for their instrumentation once, when their first file is compiled', () => {
    const { created, loaded, compile } = watchAcorn();
    compile(join(REPOSITORY, 'node_modules', 'lit', 'index.js'), {});
    expect(created).toEqual([]);
    expect(compile(inner, 'inner')).toBe('inner');
    expect(compile(main, 'main')).toEqual({ patched: 'main' });
    expect(created).toEqual(['for acorn']);
    const folder = join(REPOSITORY, 'node_modules', 'acorn');
    expect(loaded).toEqual([
      [`acorn${sep}dist${sep}bin.js`, folder],
      ['acorn', folder],
    ]);
  });

  test('are left alone once the program has an SDK of its own', () => {
    const { watch, created, compile } = watchAcorn();
    watch.stop();
    compile(inner, {});
    expect(created).toEqual([]);
  });
});

describe('the stand-in for an API without an SDK', () => {
  const SLOT = Symbol.for('opentelemetry.js.api.1');
  type Api = { version?: string; trace?: { getTracer(name: string): unknown }; context?: unknown };
  type Global = Record<symbol, Api | undefined>;

  const tracerOf = (owner: string) => ({ startSpan: () => `span of ${owner}` });
  const providerOf = (owner: string) => ({ getTracer: () => tracerOf(owner) }) as never;
  const world = {
    provider: providerOf('ours'),
    contextManager: 'our context',
    propagator: 'our propagator',
  } as unknown as World;

  /** Reads and writes the slot as the API does, under the API's own names. */
  const api = {
    getGlobal: (global: Global, member: keyof Api) => global[SLOT]?.[member],
    setGlobalTracerProvider(global: Global, trace: Api['trace']): boolean {
      const object = (global[SLOT] = global[SLOT] ?? { version: '1.9.1' });
      if (object.trace || object.version !== '1.9.1') return false;
      object.trace = trace;
      return true;
    },
    unregisterGlobal: (global: Global, member: keyof Api) => delete global[SLOT]?.[member],
  };

  function takeSlot(global: Global = {}) {
    const registered: unknown[] = [];
    const standIn = new StandIn(world, (trace) => registered.push(trace));
    standIn.takeSlot(global, SLOT);
    return { global, standIn, registered };
  }

  const startSpan = (tracer: unknown) => (tracer as { startSpan(): string }).startSpan();

  test('answers every copy of the API', () => {
    const { global } = takeSlot();
    expect(startSpan((api.getGlobal(global, 'trace') as Api['trace'])!.getTracer('a'))).toBe('span of ours');
    expect(api.getGlobal(global, 'context')).toBe('our context');
    expect(api.getGlobal(global, 'version')).toMatch(/^1\.\d{3}\./);
  });

  test('is not seen by a registration, and vanishes with it', () => {
    const { global, standIn, registered } = takeSlot();
    const early = (api.getGlobal(global, 'trace') as Api['trace'])!.getTracer('early');
    const theirs = providerOf('theirs');
    expect(api.setGlobalTracerProvider(global, theirs)).toBe(true);
    expect(registered).toEqual([theirs]);
    standIn.stepBack(theirs);
    expect(global[SLOT]).toMatchObject({ version: '1.9.1', trace: theirs });
    expect(api.getGlobal(global, 'context')).toBeUndefined();
    expect(startSpan(early)).toBe('span of theirs');
  });

  test('survives an API that unregisters what it never registered', () => {
    const { global } = takeSlot();
    api.unregisterGlobal(global, 'trace');
    expect(api.getGlobal(global, 'trace')).toBeDefined();
  });

  test('fills up what another preload has registered half', () => {
    const { global } = takeSlot({ [SLOT]: { version: '1.9.1' } });
    expect(startSpan((api.getGlobal(global, 'trace') as Api['trace'])!.getTracer('a'))).toBe('span of ours');
  });

  test('tells of a provider that was there before', () => {
    const theirs = providerOf('theirs') as Api['trace'];
    expect(takeSlot({ [SLOT]: { version: '1.9.1', trace: theirs } }).registered).toEqual([theirs]);
  });
});

describe('a request is for a development server’s assets', () => {
  test.each([
    ['/@vite/client', true],
    ['/@fs/app/src/main.ts?t=1', true],
    ['/node_modules/.vite/deps/react.js', true],
    ['/_next/static/chunks/main.js', true],
    ['/__nextjs_original-stack-frames', true],
    ['/_next/data/build/orders.json', false],
    ['/orders/7', false],
    ['/', false],
    [undefined, false],
  ])('%s: %s', (url, asset) => {
    expect(isDevAsset(url)).toBe(asset);
  });
});
