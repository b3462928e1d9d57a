import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A deliberate mistake of the sample: a comment "Mistake (rule, rule): …" above its line. */
export interface Mistake {
  /** With forward slashes, inside the sample. */
  readonly file: string;
  /** Of the code, 1-based. */
  readonly line: number;
  readonly rule: string;
}

const MARK = /^\s*\/\/ Mistake \(([\w, -]+)\)/;

export async function findMistakes(folder: string): Promise<Mistake[]> {
  const files = await readdir(folder, { recursive: true });
  const sources = files.filter((file) => /src[\\/].*\.[jt]s$/.test(file) && !file.includes('node_modules')).sort();
  const found: Mistake[] = [];
  for (const file of sources) {
    const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
    for (const [index, text] of lines.entries()) {
      const rules = MARK.exec(text)?.[1].split(', ') ?? [];
      for (const rule of rules) found.push({ file: file.replaceAll('\\', '/'), line: index + 2, rule });
    }
  }
  return found;
}
