// `spanline` on the command line: the same rules as in the editor, without VS Code.
import { errorMessage } from '../base/log';
import { lintCommand } from './lint';
import { LINT_USAGE } from './lintOptions';

const USAGE = `spanline <command>

Commands
  lint   find mistakes in OpenTelemetry instrumentation

${LINT_USAGE}`;

function main(): number {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'lint') return lintCommand(args, process.stdout, process.stderr);
  const asked = command === undefined || command === 'help' || command === '--help' || command === '-h';
  (asked ? process.stdout : process.stderr).write(asked ? USAGE : `There is no command "${command}".\n\n${USAGE}`);
  return asked ? 0 : 2;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exitCode = 2;
}
