import { isAbsolutePath, pathKey } from '../base/paths';

/** One line of a stack trace as `exception.stacktrace` carries it. */
export interface StackLine {
  readonly text: string;
  /** Where the line points, when it names a file by its whole path. */
  readonly target?: { readonly path: string; readonly line: number; readonly column?: number };
  /** Code of the runtime or of an installed package. */
  readonly library: boolean;
}

interface FramePattern {
  readonly pattern: RegExp;
  /** Groups: 1 file, 2 line, 3 column if any. */
  readonly column: boolean;
}

const FRAMES: readonly FramePattern[] = [
  // V8: `at name (file:1:2)`, `at async file:1:2`
  { pattern: /^\s*at .*?\(?((?:file:\/\/|node:|[A-Za-z]:[\\/]|\/|webpack)[^()]*?):(\d+):(\d+)\)?$/, column: true },
  // .NET: `at Name() in /file.cs:line 12`
  { pattern: /^\s*at .* in (.+):line (\d+)$/, column: false },
  // Python: `File "/file.py", line 12, in name`
  { pattern: /^\s*File "(.+)", line (\d+)/, column: false },
  // PHP: `#0 /file.php(12): name()`
  { pattern: /^#\d+ (.+)\((\d+)\): /, column: false },
  // Ruby: `/file.rb:12:in 'name'`
  { pattern: /^\s*(?:from )?(\/.+?):(\d+):in /, column: false },
  // Go: `	/file.go:12 +0x1d`
  { pattern: /^\s+(\/.+\.go):(\d+)(?: \+0x[0-9a-f]+)?$/, column: false },
];

const LIBRARY =
  /node:|[\\/]node_modules[\\/]|site-packages|dist-packages|[\\/]lib[\\/]python\d|[\\/]vendor[\\/]|[\\/]go[\\/](?:pkg|src)[\\/]|^\s*at (?:java|javax|jdk|sun|org\.springframework)\./;
/** Longer traces are cut by senders; this only bounds what one attribute can make us draw. */
const MOST_LINES = 500;

export function parseStack(stack: string): StackLine[] {
  return stack
    .split(/\r?\n/, MOST_LINES)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .map(parseLine);
}

function parseLine(text: string): StackLine {
  const library = LIBRARY.test(text);
  for (const { pattern, column } of FRAMES) {
    const found = pattern.exec(text);
    if (!found) continue;
    const path = pathKey(found[1]);
    if (!isAbsolutePath(path)) break;
    return { text, target: { path, line: Number(found[2]), ...(column && { column: Number(found[3]) }) }, library };
  }
  return { text, library };
}
