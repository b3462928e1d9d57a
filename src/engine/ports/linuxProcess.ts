import { readdir, readFile, readlink } from 'node:fs/promises';

export interface OwnerProcess {
  readonly name: string;
  readonly pid: number;
}

/** State "listening" in the kernel's table of sockets. */
const LISTEN = '0A';

/** By /proc: whose open files include the listening socket. Other users' processes do not show theirs. */
export async function linuxProcess(port: number): Promise<OwnerProcess | undefined> {
  const sockets = await listeningSockets(port);
  if (sockets.size === 0) return undefined;
  const processes = (await readdir('/proc')).filter((pid) => /^\d+$/.test(pid));
  for (const pid of processes) if (await holds(pid, sockets)) return described(pid);
  for (const pid of processes) if (await isDockerProxy(pid, port)) return described(pid);
  return undefined;
}

async function described(pid: string): Promise<OwnerProcess> {
  const command = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
  return { name: await fullName(pid, command), pid: Number(pid) };
}

/** The kernel cuts names at 15 characters. */
async function fullName(pid: string, command: string): Promise<string> {
  if (command.length < 15) return command;
  const [program = ''] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  const name = program.slice(program.lastIndexOf('/') + 1);
  return name.startsWith(command) ? name : command;
}

/** Names of the sockets as the links in /proc/<pid>/fd spell them. */
async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const sockets = new Set<string>();
  for (const line of tables.join('\n').split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(suffix) && columns[3] === LISTEN) sockets.add(`socket:[${columns[9]}]`);
  }
  return sockets;
}

async function holds(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []); // another user's process
  for (const file of files) {
    if (sockets.has(await readlink(`${folder}/${file}`).catch(() => ''))) return true;
  }
  return false;
}

/** Docker publishes a container's port by a process of root's, whose arguments anybody may read. */
async function isDockerProxy(pid: string, port: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!/(^|\/)docker-proxy\0/.test(text)) return false;
  const args = text.split('\0');
  return args[args.indexOf('-host-port') + 1] === String(port);
}
