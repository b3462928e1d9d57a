import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the source says that a span is started. */
export interface Mark {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based column of the called method, where the source names one. */
  readonly column?: number;
}

const MANUAL = /'(m\d+-[\w-]+)'/;
const CALL = /\b(?:startSpan|startActiveSpan)\(/;
const AUTOMATIC = /\/\/ site: (.+)$/;
const SOURCE = /\.(?:[cm]?js|ts)$/;

/**
 * Reads the marks of one source file: a span's name as a string literal stands on the line of its `startSpan`, or on the line
 * after it; automatic spans have a comment `// site: <what>`.
 */
export function marksIn(file: string): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  const lines = readFileSync(file, 'utf8').split('\n');
  lines.forEach((text, index) => {
    const automatic = AUTOMATIC.exec(text);
    if (automatic) marks.set(automatic[1], { file, line: index + 1 });
    const manual = MANUAL.exec(text);
    if (!manual || marks.has(manual[1])) return;
    const row = CALL.test(text) ? index : index - 1;
    const call = CALL.exec(lines[row]);
    if (call) marks.set(manual[1], { file, line: row + 1, column: call.index + 1 });
  });
  return marks;
}

/** The marks of all sources in the folders, not looking into subfolders. */
export function marksOf(folder: string, files: readonly string[]): Map<string, Mark> {
  const paths = files.flatMap((name) => (SOURCE.test(name) ? [join(folder, name)] : sourcesIn(join(folder, name))));
  return new Map(paths.flatMap((path) => [...marksIn(path)]));
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => SOURCE.test(name))
    .map((name) => join(folder, name));
}
