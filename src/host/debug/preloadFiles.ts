import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { errorMessage, type Log } from '../../base/log';
import { CODE_CACHE_EXTENSION } from '../../protocol/preload';

/** The debuggee's first file; the others are loaded by it, so it is put in place last. */
export const PRELOAD_ENTRY = 'preload.cjs';

/**
 * Copies the preload to a folder whose name knows no version. A program or terminal that was started with NODE_OPTIONS keeps naming
 * the file, and every node process there would die without it: so nothing is ever deleted, and a file changes in one step.
 * Gives the path of the preload.
 */
export async function installPreload(from: string, to: string, log: Log): Promise<string> {
  const names = (await readdir(from, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + sep.length))
    .sort((a, b) => Number(a === PRELOAD_ENTRY) - Number(b === PRELOAD_ENTRY));
  if (!names.includes(PRELOAD_ENTRY))
    throw new Error(`${join(from, PRELOAD_ENTRY)} is missing; install Spanline again`);
  for (const name of names) await copyIfDifferent(join(from, name), join(to, name), log);
  return join(to, PRELOAD_ENTRY);
}

async function copyIfDifferent(from: string, to: string, log: Log): Promise<void> {
  const wanted = await readFile(from);
  const present = await readFile(to).catch(() => undefined);
  if (present?.equals(wanted)) return;
  await mkdir(dirname(to), { recursive: true });
  const partial = `${to}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(partial, wanted);
    await rename(partial, to);
    if (present) await removeCodeCaches(to);
  } catch (error) {
    await rm(partial, { force: true });
    // Windows refuses to replace a file that is being read. The one that is there works, too.
    if (!present) throw error;
    log.warn(`${to} could not be brought up to date: ${errorMessage(error)}`);
  }
}

/** What V8 made of a text that is no more, and what a program that was killed left half done. */
async function removeCodeCaches(file: string): Promise<void> {
  const folder = dirname(file);
  const belongs = (name: string) => name.startsWith(`${basename(file)}.`) && name.includes(CODE_CACHE_EXTENSION);
  const stale = (await readdir(folder)).filter(belongs);
  await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })));
}
