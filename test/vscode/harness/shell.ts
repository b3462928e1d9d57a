import { spawn } from 'node:child_process';

export interface ShellOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** `inherit` shows the output as it comes; `collect` (default) keeps it for the result and for the error. */
  readonly output?: 'inherit' | 'collect';
}

/** Runs a program to its end and gives what it printed. Rejects with its last words when it fails. */
export function run(program: string, args: readonly string[], options: ShellOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.once('error', (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${[program, ...args].join(' ')} ended with ${code}\n${printed.slice(-4000)}`));
    });
  });
}

/** npm by way of the Node that runs us: `npm` itself is a shell script on Windows, which `spawn` refuses. */
export function npmCommand(): { readonly program: string; readonly prefix: readonly string[] } {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return { program: process.execPath, prefix: [cli] };
  if (process.platform === 'win32') return { program: 'cmd.exe', prefix: ['/d', '/s', '/c', 'npm'] };
  return { program: 'npm', prefix: [] };
}

export function npm(args: readonly string[], options: ShellOptions = {}): Promise<string> {
  const { program, prefix } = npmCommand();
  return run(program, [...prefix, ...args], options);
}

/** True when the program exists and says its version. */
export async function isInstalled(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

/** Runs a script's main function. What it throws is for whoever started the script: the message counts, not our stack. */
export function runScript(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
