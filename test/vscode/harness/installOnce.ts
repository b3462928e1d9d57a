import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const LOCK_POLL_MS = 500;

/**
 * Fills `folder` once for all runs to come. It appears under its name only when complete: a run that was interrupted leaves a
 * `.partial` folder, which the next one throws away. Two runs at once wait for each other.
 */
export async function installOnce(folder: string, fill: (partial: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
  const unlock = await lock(`${folder}.lock`);
  try {
    if (existsSync(folder)) return folder;
    await removePartials(folder);
    const partial = `${folder}.${process.pid}.partial`;
    await mkdir(partial, { recursive: true });
    await fill(partial);
    await rename(partial, folder);
    return folder;
  } finally {
    await unlock();
  }
}

async function removePartials(folder: string): Promise<void> {
  const siblings = await readdir(dirname(folder));
  const ours = siblings.filter((name) => name.startsWith(`${basename(folder)}.`) && name.endsWith('.partial'));
  for (const name of ours) await rm(join(dirname(folder), name), { recursive: true, force: true });
}

/** A file with its owner's pid; a lock whose owner is gone is taken over. */
async function lock(file: string): Promise<() => Promise<void>> {
  await mkdir(dirname(file), { recursive: true });
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await ownerIsGone(file)) await rm(file, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
}

async function ownerIsGone(file: string): Promise<boolean> {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
