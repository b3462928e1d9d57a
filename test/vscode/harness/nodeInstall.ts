import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './installOnce';
import { CACHE } from './paths';
import { npm, run } from './shell';

/** Gives the binary of a version of Node, fetched by npm into the cache when it is not there yet. */
export async function installNode(version: string, log: (line: string) => void): Promise<string> {
  if (process.versions.node === version) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = await installOnce(join(CACHE, `${name}-${version}`), async (partial) => {
    log(`Fetching Node ${version}`);
    await unpack(name, version, partial);
  });
  const binary = join(folder, 'package', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (process.platform !== 'win32') await chmod(binary, 0o755);
  return binary;
}

/** Puts a published package into `<folder>/package` without running anything of it. */
export async function unpack(name: string, version: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await npm(['pack', `${name}@${version}`, '--ignore-scripts', '--loglevel=error'], { cwd: folder });
  const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (!tarball) throw new Error(`npm pack ${name}@${version} left no tarball in ${folder}`);
  await run('tar', ['-xzf', tarball], { cwd: folder });
  await rm(join(folder, tarball));
}
