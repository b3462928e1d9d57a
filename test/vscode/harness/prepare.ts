import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY, SHOP, VSIX } from './paths';
import { npm } from './shell';

/** Set by the whole test run, which packages once for all its stages. */
const ALREADY_PACKAGED = 'SPANLINE_PACKAGED';

/** Builds the VSIX, the thing that users get. */
export async function packageExtension(log: (line: string) => void): Promise<string> {
  if (!process.env[ALREADY_PACKAGED]) {
    log('Packaging the extension');
    await npm(['run', 'package', '--silent'], { cwd: REPOSITORY });
  }
  return VSIX;
}

/** A development build, for the tests that load the extension from the repository's folder. */
export async function buildBundles(): Promise<void> {
  if (!process.env[ALREADY_PACKAGED]) await npm(['run', 'build', '--silent'], { cwd: REPOSITORY });
}

/** Environment for child processes that need not package again. */
export const packagedEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, [ALREADY_PACKAGED]: '1' });

/** Installs the sample's packages when its lock file is another than at the last time. */
export async function installShop(log: (line: string) => void): Promise<void> {
  const lock = createHash('sha256')
    .update(await readFile(join(SHOP, 'package-lock.json')))
    .digest('hex');
  const marker = join(SHOP, 'node_modules', '.installed-lock');
  if ((await readFile(marker, 'utf8').catch(() => '')) === lock) return;
  log("Installing the sample's packages");
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: SHOP });
  await writeFile(marker, lock);
}
