import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { get } from 'node:http';
import { promisify } from 'node:util';
import { baseName } from '../../base/paths';

/** A program whose inspector listens. */
export interface InspectableProgram {
  /** What it runs, as the inspector names it: usually its main script. */
  readonly title: string;
  readonly port: number;
  /** `ws:` */
  readonly url: string;
}

/** A Node process of this machine. */
export interface NodeProcess {
  readonly pid: number;
  /** Without the path of node itself. */
  readonly commandLine: string;
}

export const DEFAULT_PORT = 9229;
/** As URLs have them, the likelier first: `--inspect=localhost` may mean either. */
export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '[::1]'];
/** Where debuggers and people put the inspectors of several programs. */
const NEARBY = 10;
const PROBE_TIMEOUT_MS = 400;
const MOST_ANSWER = 64 * 1024;

/** Asks the customary ports of inspectors. */
export async function findInspectables(): Promise<InspectableProgram[]> {
  const ports = Array.from({ length: NEARBY }, (_, index) => DEFAULT_PORT + index);
  return (await Promise.all(ports.map(inspectablesAt))).flat();
}

/** Empty where nobody listens on this machine, and where somebody does that is no inspector of Node's. */
export async function inspectablesAt(port: number): Promise<InspectableProgram[]> {
  const found = await Promise.all(LOOPBACK_HOSTS.map((host) => inspectablesOf(host, port)));
  // One that listens on all addresses is the same on both.
  return found.find((programs) => programs.length > 0) ?? [];
}

/** `host`: of {@link LOOPBACK_HOSTS}. */
export async function inspectablesOf(host: string, port: number): Promise<InspectableProgram[]> {
  const text = await fetchText(`http://${host}:${port}/json/list`).catch(() => '');
  return parseTargets(text, port);
}

/** Reads what an inspector says at `/json/list`. */
export function parseTargets(text: string, port: number): InspectableProgram[] {
  let targets: unknown;
  try {
    targets = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((target: Partial<Record<string, unknown>> | null) => {
    const { type, title, webSocketDebuggerUrl: url } = target ?? {};
    if (type !== 'node' || typeof url !== 'string') return [];
    // Workers and child processes name themselves in brackets behind the script.
    const name = typeof title === 'string' ? title : '';
    return [{ title: baseName(name.replace(/\[\d+\]$/, '')) || 'Node', port, url }];
  });
}

/** Node processes of this machine but those of the editor; empty on Windows, which has no signal that opens an inspector. */
export async function findNodeProcesses(): Promise<NodeProcess[]> {
  if (process.platform === 'win32') return [];
  const all = process.platform === 'linux' ? await linuxProcesses() : await listedProcesses();
  return all.filter(({ pid }) => pid !== process.pid && pid !== process.ppid);
}

async function linuxProcesses(): Promise<NodeProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => linuxProcess(Number(pid)).catch(() => undefined)));
  return found.filter((each) => each !== undefined);
}

async function linuxProcess(pid: number): Promise<NodeProcess | undefined> {
  const executable = await readlink(`/proc/${pid}/exe`);
  if (!isNode(executable)) return undefined;
  const [, ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').filter((part) => part !== '');
  return args.length > 0 ? { pid, commandLine: args.join(' ') } : undefined;
}

async function listedProcesses(): Promise<NodeProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,args=']);
  return parseProcesses(stdout);
}

/** Reads `ps -axo pid=,args=`. */
export function parseProcesses(listing: string): NodeProcess[] {
  return listing.split('\n').flatMap((line) => {
    const [, pid, executable, commandLine] = /^\s*(\d+)\s+(\S+)\s+(.+)$/.exec(line) ?? [];
    return commandLine && isNode(executable) ? [{ pid: Number(pid), commandLine }] : [];
  });
}

/** The editor brings a node of its own. */
function isNode(executable: string): boolean {
  return /^node(js)?\d*$/.test(baseName(executable)) && executable !== process.execPath;
}

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: PROBE_TIMEOUT_MS, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MOST_ANSWER) request.destroy(new Error('it answers with too much'));
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('it does not answer')));
    request.on('error', reject);
  });
}
