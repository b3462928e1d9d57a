import { rules } from '../lint/index';
import type { Confidence } from '../lint/rule';

export type Level = 'error' | 'warning' | 'information' | 'hint';

/** One finding as it is written. Line and column are 1-based. */
export interface Reported {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly level: Level;
  readonly rule: string;
  readonly confidence: Confidence;
  readonly message: string;
}

export const FORMATS = { text, json, sarif } as const;
export type Format = keyof typeof FORMATS;

function text(reported: readonly Reported[]): string {
  const lines = reported.map(
    ({ path, line, column, level, rule, message }) => `${path}:${line}:${column} ${level} ${rule}\n  ${message}\n`,
  );
  const count = reported.length;
  return `${lines.join('')}${count === 0 ? 'Nothing found.' : `${count} ${count === 1 ? 'finding' : 'findings'}.`}\n`;
}

function json(reported: readonly Reported[]): string {
  return `${JSON.stringify(reported, null, 2)}\n`;
}

const SARIF_LEVEL: Readonly<Record<Level, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** SARIF 2.1.0, which code hosts read. */
function sarif(reported: readonly Reported[]): string {
  const results = reported.map(({ path, line, column, level, rule, message }) => ({
    ruleId: rule,
    level: SARIF_LEVEL[level],
    message: { text: message },
    locations: [
      { physicalLocation: { artifactLocation: { uri: path }, region: { startLine: line, startColumn: column } } },
    ],
  }));
  const driver = {
    name: 'Spanline',
    rules: [...rules].map(({ id, title }) => ({ id, shortDescription: { text: title } })),
  };
  return `${JSON.stringify({ version: '2.1.0', $schema: 'https://json.schemastore.org/sarif-2.1.0.json', runs: [{ tool: { driver }, results }] }, null, 2)}\n`;
}
