import { runCommand, type CommandRunner } from './commands';

/**
 * The range of ports around `port` that Windows keeps for itself, for Hyper-V, WSL or Docker; undefined when it is in none. To open
 * one of them fails like a lack of rights, although nobody listens.
 */
export async function reservedRange(
  port: number,
  platform: NodeJS.Platform = process.platform,
  run: CommandRunner = runCommand,
): Promise<readonly [first: number, last: number] | undefined> {
  if (platform !== 'win32') return undefined;
  for (const family of ['ipv4', 'ipv6']) {
    const printed = await run('netsh', ['interface', family, 'show', 'excludedportrange', 'protocol=tcp']).catch(
      () => '',
    );
    for (const [, first, last] of printed.matchAll(/^\s*(\d+)\s+(\d+)\s*\*?\s*$/gm))
      if (port >= Number(first) && port <= Number(last)) return [Number(first), Number(last)];
  }
  return undefined;
}
