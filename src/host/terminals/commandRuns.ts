/** Commands that start no program of the user's: what else sends meanwhile belongs to the command before. */
const NO_PROGRAM = new Set(
  [
    'cd ls ll la dir pwd cat head tail less more grep rg find which where type echo printf clear cls exit history man',
    'git gh curl wget http ssh scp docker kubectl code vim vi nano emacs top htop ps kill pkill jobs fg bg wait sleep',
    'mkdir rmdir rm cp mv touch ln chmod chown tar unzip set unset export source alias env printenv open xdg-open tree',
  ]
    .join(' ')
    .split(' '),
);
/** Stand in front of the program. */
const PREFIXES = new Set(['sudo', 'time', 'nohup', 'exec', 'command', 'npx']);
const LONGEST = 60;

/**
 * The name of the run that a command line begins: the line from the first command on that may start a program, without variables set
 * in front of it, whose values are nobody's business. Undefined where it starts none.
 */
export function runName(commandLine: string): string | undefined {
  const parts = commandLine.replace(/\s+/g, ' ').split(/(\s?(?:&&|\|\||[;|])\s?)/);
  for (let i = 0; i < parts.length; i += 2) {
    if (!startsProgram(parts[i])) continue;
    const name = withoutAssignments(parts.slice(i).join('')).replace(/\s*&$/, '');
    return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
  }
  return undefined;
}

function startsProgram(command: string): boolean {
  const words = withoutAssignments(command).split(' ');
  const program = words.find((word) => !PREFIXES.has(word)) ?? '';
  const name = program.replace(/^.*[\\/]/, '').replace(/\.(exe|cmd)$/i, '');
  return name !== '' && !name.startsWith('#') && !NO_PROGRAM.has(name);
}

function withoutAssignments(command: string): string {
  return command.trim().replace(/^(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*)\s+)+/, '');
}
