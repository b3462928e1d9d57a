import { runCommand, type CommandRunner } from './commands';
import { linuxProcess, type OwnerProcess } from './linuxProcess';

/** The process that listens on a local TCP port; undefined where the system does not tell. Never rejects. */
export async function ownerProcess(
  port: number,
  platform: NodeJS.Platform = process.platform,
  run: CommandRunner = runCommand,
): Promise<OwnerProcess | undefined> {
  try {
    if (platform === 'linux') return await linuxProcess(port);
    return await (platform === 'win32' ? windowsProcess(port, run) : lsofProcess(port, run));
  } catch {
    return undefined;
  }
}

/** macOS and the BSDs. Fields come one a line: `p` the process, `c` its command. */
async function lsofProcess(port: number, run: CommandRunner): Promise<OwnerProcess | undefined> {
  const printed = await run('lsof', ['-nP', '+c', '0', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const pid = /^p(\d+)$/m.exec(printed)?.[1];
  const name = /^c(.+)$/m.exec(printed)?.[1];
  // Blanks and the like are written as \x20.
  const plain = name?.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return pid && plain ? { name: plain, pid: Number(pid) } : undefined;
}

async function windowsProcess(port: number, run: CommandRunner): Promise<OwnerProcess | undefined> {
  const pid = listenerInNetstat(await run('netstat', ['-ano']), port);
  if (pid === undefined) return undefined;
  const printed = await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  const name = /^"([^"]+)","\d+"/m.exec(printed)?.[1];
  return name === undefined ? undefined : { name: name.replace(/\.exe$/i, ''), pid };
}

/** The word for "listening" is in the user's language; that nobody is at the other end is not. */
function listenerInNetstat(printed: string, port: number): number | undefined {
  for (const line of printed.split(/\r?\n/)) {
    const [protocol, local, foreign, , pid] = line.trim().split(/\s+/);
    if (protocol !== 'TCP' || !local?.endsWith(`:${port}`)) continue;
    if (foreign === '0.0.0.0:0' || foreign === '[::]:0') return Number(pid);
  }
  return undefined;
}
