// What users download and what each process loads: the VSIX and its bundles, minified, without source maps.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../vscode/harness/paths';
import { packageExtension } from '../vscode/harness/prepare';

/** Bundle, as the build calls it → figure. */
const FIGURES = {
  host: 'host_kb',
  analysisClient: 'analysis_client_kb',
  engine: 'engine_kb',
  analysis: 'analysis_kb',
  preload: 'preload_kb',
  sdk: 'sdk_kb',
  webview: 'webview_kb',
} as const;

export async function run(): Promise<Record<string, number>> {
  const vsix = await packageExtension(console.log);
  const sizes = JSON.parse(await readFile(join(REPOSITORY, 'dist', 'sizes.json'), 'utf8')) as Record<string, number>;
  const figures: Record<string, number> = { vsix_mb: round((await stat(vsix)).size / 1024 ** 2) };
  for (const [bundle, figure] of Object.entries(FIGURES)) {
    if (sizes[bundle] === undefined)
      throw new Error(`dist/sizes.json has no "${bundle}": is the build's list another?`);
    figures[figure] = round(sizes[bundle] / 1024);
  }
  for (const [figure, value] of Object.entries(figures))
    console.log(`${figure.padEnd(20)} ${String(value).padStart(8)}`);
  return figures;
}

const round = (value: number): number => Number(value.toFixed(value < 10 ? 2 : 0));
