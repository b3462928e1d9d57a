import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './shell';

/** Debian's own comes first: a Python that was installed beside it does not see Debian's packages. */
const PYTHONS = ['/usr/bin/python3', 'python3'];
const DEBIAN = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

/** Where the debuggers of other languages are on this machine; a text is why one cannot be had. */
export type Found = { readonly command: string } | { readonly lacking: string };

/** A Python with debugpy. As root on a machine of Debian's kind it is installed. */
export async function findDebugpy(): Promise<Found> {
  const find = async (): Promise<string | undefined> => {
    for (const python of PYTHONS) if (await succeeds(python, ['-c', 'import debugpy'])) return python;
    return undefined;
  };
  let command = await find();
  if (!command && process.getuid?.() === 0) {
    await succeeds('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'python3-debugpy'], DEBIAN);
    command = await find();
  }
  return command
    ? { command }
    : { lacking: 'no Python has debugpy (Debian’s python3-debugpy, or pip install debugpy)' };
}

export async function findCommand(names: readonly string[], args: readonly string[], remedy: string): Promise<Found> {
  for (const command of names) if (await succeeds(command, args)) return { command };
  return { lacking: `${names.join(' or ')} is not installed (${remedy})` };
}

/** Compiles the sample's classes into `out`, and packs an agent for them with a space in its name. Gives the agent's path. */
export async function compileJava(folder: string): Promise<string> {
  const agent = join(folder, 'out', 'an opentelemetry-javaagent.jar');
  const manifest = join(folder, 'manifest.txt');
  await mkdir(join(folder, 'out'), { recursive: true });
  await run('javac', ['-d', join(folder, 'out'), join(folder, 'Shop.java'), join(folder, 'Agent.java')]);
  await writeFile(manifest, 'Premain-Class: Agent\n');
  await run('jar', ['cfm', agent, manifest, '-C', join(folder, 'out'), 'Agent.class']);
  await rm(join(folder, 'out', 'Agent.class'));
  return agent;
}

function succeeds(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<boolean> {
  return run(command, args, env ? { env } : {}).then(
    () => true,
    () => false,
  );
}
