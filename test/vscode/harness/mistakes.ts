import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rules } from '../../../src/lint/index';
import type { Workbench } from './workbench';

/** A deliberate mistake of the sample: a comment "Mistake (rule, rule): …" above its line. */
export interface Mistake {
  /** With forward slashes, inside the sample. */
  readonly file: string;
  /** Of the code, 1-based. */
  readonly line: number;
  readonly rule: string;
}

/** `The attribute "customer.email" holds … spanline pii-attribute [Ln 26, Col 43] Remove it, …` */
const PROBLEM = / spanline ([\w-]+) \[Ln (\d+), Col \d+\]/;
const MARK = /^\s*\/\/ Mistake \(([\w, -]+)\)/;

async function findMistakes(folder: string): Promise<Mistake[]> {
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

/** Those that the rules can see in the source. */
export async function findLintMistakes(folder: string): Promise<Mistake[]> {
  const known = new Set([...rules].map(({ id }) => id));
  return (await findMistakes(folder)).filter(({ rule }) => known.has(rule));
}

/** As {@link shownProblems} has them, in order. */
export function asProblems(mistakes: readonly Mistake[]): string[] {
  return mistakes.map(({ rule, line }) => `${rule} ${line}`).sort();
}

/** `rule line` of what is in sight in the Problems view. */
export async function shownProblems(workbench: Workbench): Promise<string[]> {
  return (await workbench.problems()).flatMap((text) => {
    const [, rule, line] = PROBLEM.exec(text) ?? [];
    return rule ? [`${rule} ${line}`] : [];
  });
}
