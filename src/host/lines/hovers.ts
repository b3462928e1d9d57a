import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposables';
import { COMMANDS } from '../../protocol/contributions';
import { type DocumentLines, MEASURED_DOCUMENTS } from './documentLines';
import { type DescribeRun, hoverText } from './hoverText';

/** What the spans of the line under the mouse took. */
export function registerHovers(lines: DocumentLines, describe: DescribeRun): Disposable {
  return vscode.languages.registerHoverProvider(MEASURED_DOCUMENTS, {
    async provideHover(document, position) {
      const placed = (await lines.of(document)).find(({ line }) => line === position.line);
      if (!placed) return undefined;
      const markdown = new vscode.MarkdownString(hoverText(placed.stats, placed.path, describe), true);
      markdown.isTrusted = { enabledCommands: [COMMANDS.openLine] };
      return new vscode.Hover(markdown, document.lineAt(position.line).range);
    },
  });
}
