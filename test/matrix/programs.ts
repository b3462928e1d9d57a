import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, REPOSITORY } from '../vscode/harness/paths';
import { npm } from '../vscode/harness/shell';

const SOURCES = join(REPOSITORY, 'test', 'fixtures', 'programs');
export const INSTALLED = join(CACHE, 'matrix');

/** Programs that have the sources of others. */
const BASES: Readonly<Record<string, readonly string[]>> = {
  'typescript-esm': ['typescript'],
  'tests-new': ['tests'],
  linked: ['plain'],
  'packages-new': ['packages'],
  'react-router-7': ['react-router'],
};

/** Copies a program out of the repository and installs its packages, once for each state of its lock file. */
export async function installProgram(program: string): Promise<void> {
  const target = join(INSTALLED, program);
  const lock = await readFile(join(SOURCES, program, 'package-lock.json'));
  const state = createHash('sha256').update(lock).digest('hex');
  const stamp = join(target, 'node_modules', '.spanline-state');
  const upToDate = (await readFile(stamp, 'utf8').catch(() => '')) === state;
  if (!upToDate) await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const folder of ['shared', ...(BASES[program] ?? []), program]) await copyFolder(join(SOURCES, folder), target);
  if (upToDate) return;
  await npm(['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: target,
  });
  await writeFile(stamp, state);
}

async function copyFolder(source: string, target: string): Promise<void> {
  for (const entry of await readdir(source)) await cp(join(source, entry), join(target, entry), { recursive: true });
}
