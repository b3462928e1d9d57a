#!/usr/bin/env node
// `spanline` on the command line: the same rules as in the editor, without VS Code.
import { fileURLToPath } from 'node:url';
import { loadCompiled } from '../analysis/compiledCode';
import { errorMessage } from '../base/log';
import type * as Lint from './lint';
import { tuneForShortRun } from './shortRun';
import { LINT_USAGE } from './usage';

/** Put in by the build. */
declare const SPANLINE_VERSION: string | undefined;
declare const SPANLINE_COMPILER: string | undefined;
const VERSION = typeof SPANLINE_VERSION === 'undefined' ? 'unbuilt' : SPANLINE_VERSION;

const USAGE = `spanline <command>

Commands
  lint   find mistakes in OpenTelemetry instrumentation

${LINT_USAGE}`;

async function lint(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(LINT_USAGE);
    return 0;
  }
  tuneForShortRun();
  if (typeof SPANLINE_COMPILER === 'undefined')
    return (await import('./lint')).lintCommand(args, process.stdout, process.stderr);
  const path = fileURLToPath(new URL(SPANLINE_COMPILER, import.meta.url));
  const compiled = loadCompiled<typeof Lint>(path, 'command');
  const code = compiled.exports.lintCommand(args, process.stdout, process.stderr);
  compiled.keep();
  return code;
}

async function main(): Promise<number> {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'lint') return lint(args);
  if (command === '--version') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const asked = command === undefined || command === 'help' || command === '--help' || command === '-h';
  (asked ? process.stdout : process.stderr).write(asked ? USAGE : `There is no command "${command}".\n\n${USAGE}`);
  return asked ? 0 : 2;
}

// Who reads only the beginning, as `head` does, has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${errorMessage(error)}\n`);
    process.exitCode = 2;
  },
);
