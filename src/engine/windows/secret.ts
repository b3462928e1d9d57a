import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'windows.secret';
const SECRET = /^[0-9a-f]{64}$/;
/** Another window may be writing it at this moment. */
const TRIES = 20;
const PAUSE_MS = 25;
/** Permissions of the group and of others. */
const NOT_MINE = 0o077;

/**
 * The secret that the windows of one user on one machine share, by a file that nobody else may read. It lies in the editor's own
 * storage on the machine where the engine runs: in a container or over SSH that is the remote one, as are the ports.
 * Throws when there is none to be had.
 */
export async function sharedSecret(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE);
  for (let tries = 0; tries < TRIES; tries++) {
    await create(path);
    await keepToOurselves(path);
    const secret = await readFile(path, 'utf8');
    if (SECRET.test(secret)) return secret;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  // A window that was killed while it wrote left half of it.
  await rm(path, { force: true });
  throw new Error(`${path} held no secret and was deleted; reload the window`);
}

/** Exactly one window makes the file. */
async function create(path: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(randomBytes(32).toString('hex'));
    await file.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Windows protects the folder instead. */
async function keepToOurselves(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode, uid } = await lstat(path);
  if (uid !== process.getuid?.()) throw new Error(`${path} belongs to another user`);
  if ((mode & NOT_MINE) !== 0) await chmod(path, 0o600);
}
