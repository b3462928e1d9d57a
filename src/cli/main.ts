#!/usr/bin/env node
// `spanline` on the command line: the same rules as in the editor, without VS Code.
import { errorMessage } from '../base/log';
import { lintCommand } from './lint';
import { LINT_USAGE } from './lintOptions';

/** Put in by the build. */
declare const SPANLINE_VERSION: string | undefined;
const VERSION = typeof SPANLINE_VERSION === 'undefined' ? 'unbuilt' : SPANLINE_VERSION;

const USAGE = `spanline <command>

Commands
  lint   find mistakes in OpenTelemetry instrumentation

${LINT_USAGE}`;

function main(): number {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'lint') return lintCommand(args, process.stdout, process.stderr);
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

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exitCode = 2;
}
