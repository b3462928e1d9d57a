import { readdir, readFile, readlink } from 'node:fs/promises';

/** State "listening" in the kernel's table of sockets. */
const LISTEN = '0A';

/** Who listens on a local port, such as `jaeger (pid 812)`; undefined where the system does not tell. Linux only. */
export async function portOwner(port: number): Promise<string | undefined> {
  try {
    const sockets = await listeningSockets(port);
    if (sockets.size === 0) return undefined;
    for (const pid of await readdir('/proc')) {
      if (/^\d+$/.test(pid) && (await holds(pid, sockets)))
        return `${(await readFile(`/proc/${pid}/comm`, 'utf8')).trim()} (pid ${pid})`;
    }
  } catch {
    // not Linux, or a process that ended while it was looked at
  }
  return undefined;
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
