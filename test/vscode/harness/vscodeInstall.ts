import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './installOnce';
import { installNode, unpack } from './nodeInstall';
import { CACHE } from './paths';
import { npm } from './shell';

/** code-server's package carries a whole VS Code server with the web workbench and the built-in extensions. */
const CODE_SERVER = '4.139.1';
/** Changes whenever we put something else beside it, so that older caches are filled anew. */
const LAYOUT = 2;
/** VS Code's server wants this line of Node, whatever runs the tests. */
export const SERVER_NODE = '24.21.0';

export interface VscodeInstallation {
  /** Node 24. */
  readonly node: string;
  /** `server-main.js`. */
  readonly server: string;
}

/** Gives VS Code's server, fetched by npm into the cache when it is not there yet. About 15 s and 600 MB the first time. */
export async function installVscode(log: (line: string) => void = () => {}): Promise<VscodeInstallation> {
  const [node, root] = [await serverNode(log), await installServer(log)];
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

function serverNode(log: (line: string) => void): Promise<string> {
  return process.versions.node.startsWith('24.') ? Promise.resolve(process.execPath) : installNode(SERVER_NODE, log);
}
