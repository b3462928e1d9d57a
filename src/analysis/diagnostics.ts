import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { assertNever } from '../base/assertNever';
import type { Confidence } from '../lint/rule';
import type { WeighedFinding } from './evidence/weigh';
import { DIAGNOSTIC_SOURCE, UNUSED_SUPPRESSION, type AnalysisSettings, type RuleLevel } from '../protocol/analysis';

/** A finding as the editor shows it; undefined when the user switched its rule off. */
export function toDiagnostic(
  document: TextDocument,
  finding: WeighedFinding,
  settings: AnalysisSettings,
  rulePages: string | undefined,
): Diagnostic | undefined {
  const severity = severityOf(finding, settings.rules[finding.rule] ?? 'default');
  if (severity === undefined) return undefined;
  return {
    range: { start: document.positionAt(finding.start), end: document.positionAt(finding.end) },
    message: finding.message.replace(SENTENCE_END, '.\n'),
    severity,
    source: DIAGNOSTIC_SOURCE,
    code: finding.rule,
    ...(rulePages === undefined || finding.rule === UNUSED_SUPPRESSION
      ? {}
      : { codeDescription: { href: pageOf(rulePages, finding.rule) } }),
    ...(finding.tag === undefined ? {} : { tags: [TAGS[finding.tag]] }),
    ...(finding.related?.length
      ? {
          relatedInformation: finding.related.map(({ start, end, message }) => ({
            location: {
              uri: document.uri,
              range: { start: document.positionAt(start), end: document.positionAt(end) },
            },
            message,
          })),
        }
      : {}),
  };
}

/** The editor shows a message in a strip that does not wrap: a sentence a line keeps the remedy in sight. */
const SENTENCE_END = /(?<=[\p{Ll})`'"])\. (?=\p{Lu})/gu;

const TAGS = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated } as const;

export function pageOf(rulePages: string, rule: string): string {
  return `${rulePages.replace(/\/$/, '')}/${rule}.md`;
}

/** A level that somebody set stands, whatever the run time says. */
function severityOf({ confidence, shift = 0 }: WeighedFinding, level: RuleLevel): DiagnosticSeverity | undefined {
  switch (level) {
    case 'off':
      return undefined;
    case 'default':
      return shifted(CONFIDENCE[confidence], shift);
    case 'error':
      return DiagnosticSeverity.Error;
    case 'warning':
      return DiagnosticSeverity.Warning;
    case 'information':
      return DiagnosticSeverity.Information;
    case 'hint':
      return DiagnosticSeverity.Hint;
    default:
      return assertNever(level, 'rule level');
  }
}

/** Smaller is graver. What is proven is at least a warning, however little the source showed. */
function shifted(severity: DiagnosticSeverity, levels: number): DiagnosticSeverity {
  const moved = Math.min(levels > 0 ? DiagnosticSeverity.Warning : DiagnosticSeverity.Hint, severity - levels);
  return Math.max(DiagnosticSeverity.Error, moved) as DiagnosticSeverity;
}

const CONFIDENCE: Readonly<Record<Confidence, DiagnosticSeverity>> = {
  certain: DiagnosticSeverity.Warning,
  likely: DiagnosticSeverity.Information,
  possible: DiagnosticSeverity.Hint,
};
