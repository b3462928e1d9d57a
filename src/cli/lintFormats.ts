import type { Location as SarifLocation, Log as SarifLog, Result as SarifResult } from 'sarif';
import type { Confidence, RuleMeta } from '../lint/rule';
import { UNUSED_SUPPRESSION } from '../protocol/analysis';

export type Level = 'error' | 'warning' | 'information' | 'hint';

/** Lines and columns are 1-based; `endColumn` is the one after the last. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One finding as it is written. */
export interface Reported extends Place {
  readonly path: string;
  readonly level: Level;
  readonly rule: string;
  readonly confidence: Confidence;
  readonly message: string;
  /** The same as long as the line's text is. */
  readonly fingerprint: string;
  /** Other places of the file that explain it. */
  readonly related?: readonly (Place & { readonly message: string })[];
}

/** What SARIF tells beside the findings. */
export interface Beside {
  /** All that there are. */
  readonly rules: readonly RuleMeta[];
  /** Held back by a comment, with the reason that it gives. */
  readonly suppressed: readonly { readonly finding: Reported; readonly reason: string | undefined }[];
  /** What a baseline lists was left out. */
  readonly baseline: boolean;
  /** Findings that are less certain than was asked for. */
  readonly below: number;
}

export const FORMATS = { text, json, sarif, github } as const;
export type Format = keyof typeof FORMATS;

function text(reported: readonly Reported[], { below }: Pick<Beside, 'below'>): string {
  const lines = reported.map(
    ({ path, line, column, level, rule, message }) => `${path}:${line}:${column} ${level} ${rule}\n  ${message}\n`,
  );
  const count = reported.length;
  const told = count === 0 ? 'Nothing found.' : `${count} ${count === 1 ? 'finding' : 'findings'}.`;
  const [are, them] = below === 1 ? ['is', 'it'] : ['are', 'them'];
  const rest = below === 0 ? '' : ` ${below} more ${are} less certain; --level hint shows ${them}.`;
  return `${lines.join('')}${told}${rest}\n`;
}

function json(reported: readonly Reported[]): string {
  return `${JSON.stringify(reported, null, 2)}\n`;
}

const SARIF_LEVEL: Readonly<Record<Level, SarifResult.level>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** SARIF 2.1.0, which code hosts read. Columns count UTF-16 units, as the compiler does. */
function sarif(reported: readonly Reported[], { rules, suppressed, baseline }: Beside): string {
  const ids = rules.map(({ id, title }) => ({ id, shortDescription: { text: title } }));
  ids.push({ id: UNUSED_SUPPRESSION, shortDescription: { text: 'A comment that suppresses nothing' } });
  const log: SarifLog = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: { driver: { name: 'Spanline', rules: ids } },
        columnKind: 'utf16CodeUnits',
        results: [
          ...reported.map((each) => sarifResult(each, ids)),
          ...suppressed.map(({ finding, reason }) => ({
            ...sarifResult(finding, ids),
            suppressions: [{ kind: 'inSource' as const, ...(reason !== undefined && { justification: reason }) }],
          })),
        ].map((result) => (baseline ? { ...result, baselineState: 'new' as const } : result)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function sarifResult(each: Reported, ids: readonly { readonly id: string }[]): SarifResult {
  const { path, level, rule, message, fingerprint, related } = each;
  return {
    ruleId: rule,
    ruleIndex: ids.findIndex(({ id }) => id === rule),
    level: SARIF_LEVEL[level],
    message: { text: message },
    locations: [sarifLocation(path, each)],
    ...(related && {
      relatedLocations: related.map((place, id) => ({
        id,
        message: { text: place.message },
        ...sarifLocation(path, place),
      })),
    }),
    partialFingerprints: { 'spanlineLine/v1': fingerprint },
  };
}

function sarifLocation(path: string, { line, column, endLine, endColumn }: Place): SarifLocation {
  return {
    physicalLocation: {
      artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
  };
}

const GITHUB_LEVEL: Readonly<Record<Level, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

/** Workflow commands, which become annotations on the lines of a pull request. */
function github(reported: readonly Reported[]): string {
  return reported
    .map(({ path, line, column, endLine, endColumn, level, rule, message }) => {
      const place = `file=${property(path)},line=${line},col=${column},endLine=${endLine},endColumn=${endColumn}`;
      return `::${GITHUB_LEVEL[level]} ${place},title=${property(`Spanline: ${rule}`)}::${escaped(message)}\n`;
    })
    .join('');
}

function escaped(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(value: string): string {
  return escaped(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
