// Builds every process's bundle into dist/. One entry per process, so that none of them loads another's weight.
//   node esbuild.mjs            development build with source maps
//   node esbuild.mjs --watch    the same, rebuilt on change
//   node esbuild.mjs --production   minified, for the package
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import esbuild from 'esbuild';
import { bundledPackages, noticesOf } from './build/notices.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  keepNames: false,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'info',
  metafile: true,
};
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20' };

/** Gives the SDK bundled into the debuggee global slots of its own, so that it never meets the user's API. */
const isolateApi = {
  name: 'isolate-opentelemetry-api',
  setup(build) {
    build.onLoad({ filter: /@opentelemetry[\\/]api(-logs)?[\\/].*global-utils\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(/(['"`])((io\.)?opentelemetry\.js\.api\.)/, '$1spanline.$2');
      if (contents === text)
        throw new Error(`${path}: the API's global symbol was not found; the bundled SDK would not be isolated`);
      return { contents, loader: 'js' };
    });
  },
};

/** Packages that several instrumentations bring along in different versions; one of each will do. */
const oneCopy = Object.fromEntries(
  ['api', 'api-logs', 'core', 'instrumentation', 'semantic-conventions'].map((name) => [
    `@opentelemetry/${name}`,
    join(root, 'node_modules/@opentelemetry', name),
  ]),
);

/**
 * `import * as vscode` would copy the API's hundreds of members into every one of our modules when the window starts. The object
 * that `require` gives does as well.
 */
const vscodeByRequire = {
  name: 'vscode-by-require',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/](host[\\/].+|extension)\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(/^import \* as vscode from 'vscode';$/m, "const vscode = require('vscode');");
      return { contents, loader: 'ts' };
    });
  },
};

/** What packages written for CommonJS expect to find, in an ES module. */
const COMMONJS_NAMES = `import { createRequire as $createRequire } from 'node:module';
import { fileURLToPath as $fileURLToPath } from 'node:url';
const require = $createRequire(import.meta.url);
const __filename = $fileURLToPath(import.meta.url);
const __dirname = $fileURLToPath(new URL('.', import.meta.url));`;

/**
 * The debuggee may have patched `Module.prototype.require` to instrument what is loaded; if it saw us load `http`, the program would
 * be traced otherwise than without us.
 */
const ownRequire = '"use strict";require=(id)=>module.constructor._load(id,module,false);';

/**
 * The first line of the files whose compiled code is kept tells what is in them: by that the next process knows whether the code that
 * an earlier one left is of this very text.
 */
const UNSTAMPED = `//${'0'.repeat(16)}`;
const stampedPart = { js: `${UNSTAMPED}\n${ownRequire}` };
const stamp = {
  name: 'stamp',
  setup(build) {
    build.onEnd(async ({ metafile, errors }) => {
      if (errors.length > 0) return;
      for (const output of Object.keys(metafile.outputs).filter((name) => name.endsWith('.cjs'))) {
        const path = join(root, output);
        const text = await readFile(path, 'utf8');
        if (!text.startsWith(UNSTAMPED)) throw new Error(`${path} does not begin with the place for its stamp`);
        const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
        await writeFile(path, `//${hash}${text.slice(UNSTAMPED.length)}`);
      }
    });
  },
};

/**
 * ts-morph brings the declarations of browsers and of every edition of the language. Types are asked with those of ES2022 alone
 * (`lint/types/programTypes.ts`); the others would be read and held by every thread that loads the compiler.
 */
const neededLibraries = {
  name: 'needed-libraries',
  setup(build) {
    build.onLoad({ filter: /@ts-morph[\\/]common[\\/]dist[\\/]ts-morph-common\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const [, before, list, after] = /^([^]*?\nconst libFiles = )(\[[^]*?\n +\}\]);(\n[^]*)$/.exec(text) ?? [];
      if (list === undefined)
        throw new Error(`${path}: the list of libraries was not found; the bundle would hold them all`);
      const all = new Map(runInNewContext(list).map((file) => [file.fileName, file]));
      const needed = new Set();
      const pending = ['lib.es2022.d.ts'];
      for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
        if (needed.has(name)) continue;
        needed.add(name);
        for (const [, referred] of all.get(name).text.matchAll(/<reference lib="([^"]+)"/g))
          pending.push(`lib.${referred}.d.ts`);
      }
      const kept = JSON.stringify([...needed].map((name) => all.get(name)));
      return { contents: `${before}${kept};${after}`, loader: 'js' };
    });
  },
};

const bundles = {
  host: {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    external: ['vscode'],
    plugins: [vscodeByRequire],
  },
  analysisClient: {
    ...node,
    entryPoints: { analysisClient: 'src/host/analysis/client.ts' },
    external: ['vscode'],
  },
  inspector: { ...node, entryPoints: { inspector: 'src/host/attach/inspector.ts' } },
  // Alone in its process: see package.json's `vscode:uninstall`.
  uninstall: { ...node, entryPoints: { uninstall: 'src/host/uninstall/main.ts' } },
  launchChange: {
    ...node,
    entryPoints: { launchChange: 'src/host/status/launchChange.ts' },
    // Its CommonJS finds its parts by names that no bundler sees.
    alias: { 'jsonc-parser': join(root, 'node_modules/jsonc-parser/lib/esm/main.js') },
  },
  engine: { ...node, entryPoints: { engine: 'src/engine/main.ts' } },
  // Span sites of other languages, with the grammars beside them: read when a program in one of them sends spans.
  sites: {
    ...node,
    entryPoints: {
      sites: 'src/analysis/languages/main.ts',
      'grammars/web-tree-sitter': 'node_modules/web-tree-sitter/web-tree-sitter.wasm',
      ...Object.fromEntries(
        ['python', 'go', 'java', 'c-sharp'].map((name) => [
          `grammars/tree-sitter-${name}`,
          `node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`,
        ]),
      ),
    },
    loader: { '.wasm': 'copy' },
    // Its ES module asks where it lies, which a script cannot tell.
    alias: { 'web-tree-sitter': join(root, 'node_modules/web-tree-sitter/web-tree-sitter.cjs') },
  },
  analysis: {
    ...node,
    format: 'esm',
    entryPoints: { analysis: 'src/analysis/main.ts', cli: 'src/cli/main.ts' },
    outExtension: { '.js': '.mjs' },
    banner: { js: COMMONJS_NAMES },
    define: {
      SPANLINE_VERSION: JSON.stringify(version),
      SPANLINE_COMPILER: '"./analysis/compiler.cjs"',
      SPANLINE_SCAN_THREAD: '"./analysis/scanThread.cjs"',
    },
  },
  // In a file of its own: the server answers before it is loaded, the command line shares it, and its compiled code is kept.
  compiler: {
    ...node,
    banner: { js: UNSTAMPED },
    plugins: [neededLibraries, stamp],
    // With it the entry of the threads that scan, which loads it as the others do.
    entryPoints: { 'analysis/compiler': 'src/cli/compiler.ts', 'analysis/scanThread': 'src/analysis/threads/main.ts' },
    outExtension: { '.js': '.cjs' },
  },
  // Loaded by every node process of a session: an old Node must parse it, and nothing in it may throw.
  preload: {
    ...node,
    target: 'es2015',
    entryPoints: { 'preload/preload': 'src/preload/main.ts' },
    outExtension: { '.js': '.cjs' },
    banner: { js: 'try {' },
    footer: { js: '} catch (_) {}' },
  },
  capture: {
    ...node,
    target: 'node18',
    banner: stampedPart,
    plugins: [stamp],
    entryPoints: { 'preload/capture': 'src/preload/capture/main.ts' },
    outExtension: { '.js': '.cjs' },
  },
  // Not code of ours to the bundler: put where the preload is, in a folder that PYTHONPATH can name.
  python: {
    ...node,
    sourcemap: false,
    entryPoints: Object.fromEntries(
      ['sitecustomize', 'spanline_batches', 'spanline_capture', 'spanline_sender'].map((name) => [
        `preload/python/${name}`,
        `src/preload/python/${name}.py`,
      ]),
    ),
    loader: { '.py': 'copy' },
  },
  sdk: {
    ...node,
    target: 'node18',
    banner: stampedPart,
    minify: true,
    keepNames: true,
    entryPoints: { 'preload/sdk': 'src/preload/sdk/main.ts' },
    outExtension: { '.js': '.cjs' },
    alias: {
      ...oneCopy,
      'require-in-the-middle': join(root, 'src/preload/sdk/requireHook.ts'),
      'import-in-the-middle': join(root, 'src/preload/sdk/importHook.ts'),
    },
    plugins: [isolateApi, stamp],
  },
  webview: {
    ...common,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    entryPoints: {
      'webview/waterfall': 'webview/waterfall/main.ts',
      // Beside the script, which makes the font's address from its own.
      'webview/codicon': 'node_modules/@vscode/codicons/dist/codicon.ttf',
    },
    loader: { '.ttf': 'copy' },
  },
};

const option = (name) => process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const only = option('only')?.split(',');
/** Tests build what they run into a folder of their own. */
const outdir = resolve(root, option('outdir') ?? 'dist');
if (!only && !watch) await rm(join(root, 'dist'), { recursive: true, force: true });
await mkdir(outdir, { recursive: true });

const sizes = {};
const metafiles = [];
for (const [name, options] of Object.entries(bundles)) {
  if (only && !only.includes(name)) continue;
  const full = { ...options, outdir };
  if (watch) {
    const context = await esbuild.context(full);
    await context.watch();
    continue;
  }
  const { metafile } = await esbuild.build(full);
  metafiles.push(metafile);
  sizes[name] = Object.entries(metafile.outputs)
    .filter(([file]) => !file.endsWith('.map'))
    .reduce((sum, [, output]) => sum + output.bytes, 0);
}
// Of what is packed by itself; see build/packCli.mjs.
if (process.argv.includes('--notices'))
  await writeFile(join(outdir, 'THIRD-PARTY-NOTICES.txt'), await noticesOf(bundledPackages(metafiles), root));
if (!watch && !only) {
  await writeFile(join(root, 'dist/sizes.json'), JSON.stringify(sizes, null, 2) + '\n');
  await writeFile(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), await noticesOf(bundledPackages(metafiles), root));
}
