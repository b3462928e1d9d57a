import { chmod, copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './installOnce';
import { CACHE } from './paths';
import { npm, run } from './shell';

/** code-server's package carries a whole VS Code server with the web workbench and the built-in extensions. */
const CODE_SERVER = '4.139.1';
/** Changes whenever we put something else beside it, so that older caches are filled anew. */
const LAYOUT = 2;
/** VS Code's server wants this line of Node, whatever runs the tests. */
const SERVER_NODE = '24.21.0';

export interface VscodeInstallation {
  /** Node 24. */
  readonly node: string;
  /** `server-main.js`. */
  readonly server: string;
}

/** Gives VS Code's server, fetched by npm into the cache when it is not there yet. About 15 s and 600 MB the first time. */
export async function installVscode(log: (line: string) => void = () => {}): Promise<VscodeInstallation> {
  const [node, root] = [await installNode(log), await installServer(log)];
  return { node, server: join(root, 'out', 'server-main.js') };
}

async function installServer(log: (line: string) => void): Promise<string> {
  const folder = await installOnce(join(CACHE, `code-server-${CODE_SERVER}-${LAYOUT}`), async (partial) => {
    log(`Fetching VS Code (code-server ${CODE_SERVER}) into ${CACHE}`);
    await unpack('code-server', CODE_SERVER, partial);
    const vscode = join(partial, 'package', 'lib', 'vscode');
    // Native parts are not built, as that takes a compiler. Only log files would need one; they get a writer of ours.
    const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm(install, { cwd: vscode });
    await npm(install, { cwd: join(vscode, 'extensions') });
    await copyFile(join(import.meta.dirname, 'plainLog.cjs'), join(vscode, 'node_modules/@vscode/spdlog/index.js'));
  });
  return join(folder, 'package', 'lib', 'vscode');
}

async function installNode(log: (line: string) => void): Promise<string> {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = await installOnce(join(CACHE, `${name}-${SERVER_NODE}`), async (partial) => {
    log(`Fetching Node ${SERVER_NODE}, which VS Code's server needs`);
    await unpack(name, SERVER_NODE, partial);
  });
  const binary = join(folder, 'package', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (process.platform !== 'win32') await chmod(binary, 0o755);
  return binary;
}

/** Puts a published package into `<folder>/package` without running anything of it. */
async function unpack(name: string, version: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await npm(['pack', `${name}@${version}`, '--ignore-scripts', '--loglevel=error'], { cwd: folder });
  const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (!tarball) throw new Error(`npm pack ${name}@${version} left no tarball in ${folder}`);
  await run('tar', ['-xzf', tarball], { cwd: folder });
  await rm(join(folder, tarball));
}
