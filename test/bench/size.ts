// What users download and what each process loads: the VSIX and its bundles, minified, without source maps.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../vscode/harness/paths';
import { packageExtension } from '../vscode/harness/prepare';

export async function run(): Promise<Record<string, number>> {
  const vsix = await packageExtension(console.log);
  const figures: Record<string, number> = { vsix_mb: round((await stat(vsix)).size / 1024 ** 2) };
  const bundles = JSON.parse(await readFile(join(REPOSITORY, 'dist', 'sizes.json'), 'utf8')) as Record<string, number>;
  for (const [bundle, bytes] of Object.entries(bundles)) figures[`${snakeCase(bundle)}_kb`] = round(bytes / 1024);
  for (const [figure, value] of Object.entries(figures))
    console.log(`${figure.padEnd(20)} ${String(value).padStart(8)}`);
  return figures;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const round = (value: number): number => Number(value.toFixed(value < 10 ? 2 : 0));
