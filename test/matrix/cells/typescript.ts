import { join } from 'node:path';
import { bundleTypescript, compileTypescript } from '../builds';
import { FETCH_ONLY, requestSpans, type Cell } from './cell';

function typescript(name: string, args: readonly string[], more: Partial<Cell> = {}): Cell {
  return {
    name,
    program: 'typescript',
    args,
    sources: ['src'],
    counts: { 'm3-item': 2, 'm4-in-generator': 2 },
    automatic: requestSpans(),
    backend: true,
    ...more,
  };
}

const TSC = { prepare: compileTypescript({}, 'tsc') };
const TSC_INLINE = { prepare: compileTypescript({ sourceMap: false, inlineSourceMap: true }, 'tsc-inline') };
const TSX = join('node_modules', 'tsx', 'dist', 'cli.mjs');
const TS_NODE = join('node_modules', 'ts-node', 'dist', 'bin.js');
const MAIN = join('src', 'main.ts');

/** The same sources through every tool that turns them into JavaScript. */
export const TYPESCRIPT: readonly Cell[] = [
  typescript('tsc, source maps', ['tsc/main.js'], TSC),
  typescript('tsc, --enable-source-maps', ['--enable-source-maps', 'tsc/main.js'], TSC),
  typescript('tsc, inline source maps', ['tsc-inline/main.js'], TSC_INLINE),
  typescript('esbuild bundle', ['esbuild/bundle.cjs'], {
    prepare: bundleTypescript({ outfile: 'esbuild/bundle.cjs' }),
  }),
  typescript('esbuild bundle, minified', ['esbuild/min.cjs'], {
    prepare: bundleTypescript({ outfile: 'esbuild/min.cjs', minify: true }),
    quick: true,
  }),
  typescript('esbuild bundle, minified, ES module', ['esbuild/min.mjs'], {
    prepare: bundleTypescript({ outfile: 'esbuild/min.mjs', minify: true, format: 'esm' }),
    automatic: FETCH_ONLY,
  }),
  typescript('esbuild bundle, inline source map', ['esbuild/inline.cjs'], {
    prepare: bundleTypescript({ outfile: 'esbuild/inline.cjs', sourcemap: 'inline' }),
  }),
  typescript('tsx', [TSX, MAIN], { quick: true }),
  typescript('node --import tsx', ['--import', 'tsx', MAIN]),
  typescript('node --require tsx/cjs', ['--require', 'tsx/cjs', MAIN]),
  typescript('node --import tsx, ES modules', ['--import', 'tsx', MAIN], {
    program: 'typescript-esm',
    automatic: FETCH_ONLY,
  }),
  typescript('ts-node', [TS_NODE, MAIN]),
  typescript('ts-node --transpile-only', [TS_NODE, '--transpile-only', MAIN], { quick: true }),
  typescript('ts-node/esm', ['--no-warnings', '--loader', 'ts-node/esm', MAIN], {
    program: 'typescript-esm',
    automatic: FETCH_ONLY,
  }),
  typescript('@swc-node/register', ['--require', '@swc-node/register', MAIN]),
];
