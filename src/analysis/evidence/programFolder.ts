import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathKey } from '../../base/paths';
import type { RuleFinding } from '../../lint/rule';
import { setupEvidence } from './table';

/** The package around a file that has findings about the setup of its program, with a slash at its end. */
export function programFolder(path: string, findings: readonly RuleFinding[]): string | undefined {
  if (!findings.some(({ rule }) => setupEvidence.get(rule))) return undefined;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return `${pathKey(folder).replace(/\/$/, '')}/`;
    if (folder === dirname(folder)) return undefined;
  }
}
