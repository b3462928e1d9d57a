// Other people's local receivers, each in a process of its own, as their users run them. They are no part of the product: the
// benchmark installs them, in these versions, below .vscode-test when it first needs them.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import * as net from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CACHE } from '../../vscode/harness/paths';
import { npm } from '../../vscode/harness/shell';

export type Peer = 'autotel' | 'mockotlp';

export interface PeerProcess {
  readonly port: number;
  /** Microseconds of processor time so far; NaN where the platform does not tell. */
  cpuMicros(): number;
  stop(): Promise<void>;
}

/** autotel needs `node:sqlite`, which our Node 20 does not have. */
const NODE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const PACKAGES: Readonly<Record<string, string>> = {
  'autotel-devtools': '27.1.0',
  '@elastic/mockotlpserver': '0.10.0',
  [NODE]: '22.23.3',
};
const FOLDER = join(CACHE, 'bench-peers');
const MODULES = join(FOLDER, 'node_modules');
const STARTED_WITHIN_MS = 20_000;
/** Of /proc; the same on every Linux that Node runs on. */
const TICK_MICROS = 10_000;

/** Why there are no peers; undefined when they are installed. */
export async function installPeers(): Promise<string | undefined> {
  const manifest = JSON.stringify({ private: true, dependencies: PACKAGES }, undefined, 2);
  const stamp = join(FOLDER, 'installed.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return undefined;
  try {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(join(FOLDER, 'package.json'), manifest);
    await npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: FOLDER });
    await writeFile(stamp, manifest);
    return undefined;
  } catch (error) {
    return String(error).slice(0, 200);
  }
}

export async function startPeer(peer: Peer): Promise<PeerProcess> {
  const port = await freePort();
  const child = peer === 'autotel' ? await startAutotel(port) : startMockOtlp(port);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
  child.stdout?.resume();
  for (const began = performance.now(); !(await answers(port)); await sleep(100)) {
    if (child.exitCode === null && performance.now() - began < STARTED_WITHIN_MS) continue;
    child.kill('SIGKILL');
    throw new Error(`${peer} does not start: ${said}`);
  }
  return {
    port,
    cpuMicros: () => cpuMicros(child.pid!),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function startAutotel(port: number): Promise<ChildProcess> {
  const program = join(MODULES, 'autotel-devtools', 'dist', 'cli.js');
  const node = join(MODULES, NODE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const args = [program, '--port', String(port), '--grpc-port', String(await freePort())];
  return spawn(node, args, { cwd: FOLDER, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Told to print nothing: printing is what it would spend most of its time with. */
function startMockOtlp(port: number): ChildProcess {
  const options = `{ httpHostname: '127.0.0.1', httpPort: ${port}, services: ['http'], logLevel: 'error' }`;
  const script = `new (require('@elastic/mockotlpserver').MockOtlpServer)(${options}).start()`;
  return spawn(process.execPath, ['-e', script], { cwd: FOLDER, stdio: ['ignore', 'pipe', 'pipe'] });
}

function cpuMicros(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
  } catch {
    return NaN;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
