import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposables';
import { pathKey } from '../../base/paths';
import { COMMANDS } from '../../protocol/contributions';
import { type DocumentLines, MEASURED_DOCUMENTS } from './documentLines';
import type { EngineClient } from '../engineClient';
import { commandLink } from '../markdown';
import { hoverNote } from '../redactionText';
import { type DescribeRun, hoverText } from './hoverText';

/** What the spans of the line under the mouse took. */
export function registerHovers(engine: EngineClient, lines: DocumentLines, describe: DescribeRun): Disposable {
  return vscode.languages.registerHoverProvider(MEASURED_DOCUMENTS, {
    async provideHover(document, position) {
      const placed = (await lines.of(document)).find(({ line }) => line === position.line);
      if (!placed) return undefined;
      const counts = await engine.ask((api) => api.redactions(), []);
      const note = hoverNote(
        counts.filter(({ file, line }) => line === placed.stats.line && isSame(file, placed.path)),
      );
      const text = hoverText(placed.stats, placed.path, describe);
      const markdown = new vscode.MarkdownString(note ? `${text}\n\n${note} · ${listLink()}` : text, true);
      markdown.isTrusted = { enabledCommands: [COMMANDS.openLine, COMMANDS.showRedactions] };
      return new vscode.Hover(markdown, document.lineAt(position.line).range);
    },
  });
}

function isSame(file: string | undefined, path: string): boolean {
  return file !== undefined && pathKey(file) === pathKey(path);
}

function listLink(): string {
  return commandLink('list', COMMANDS.showRedactions, []);
}
