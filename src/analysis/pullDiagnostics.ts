import { createHash } from 'node:crypto';
import {
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
} from 'vscode-languageserver/node';

/** Answers a client that asks for diagnostics instead of being told. `of`: those of a document as it is now, with types. */
export function answerPulls(connection: Connection, of: (uri: string) => Promise<readonly Diagnostic[]>): void {
  connection.languages.diagnostics.on(async ({ textDocument, previousResultId }): Promise<DocumentDiagnosticReport> => {
    const items = [...(await of(textDocument.uri))];
    const resultId = createHash('sha256').update(JSON.stringify(items)).digest('base64');
    if (resultId === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  });
}
