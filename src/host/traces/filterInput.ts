import * as vscode from 'vscode';
import type { SearchHints } from '../../protocol/engine';
import { filterHints, filterVerdict } from './filterHints';

interface Item extends vscode.QuickPickItem {
  /** What the box holds when the item is chosen; absent for the line that applies the filter. */
  readonly value?: string;
}

/** Lets the user write a filter; undefined when they gave it up. `hints` may come later. */
export function askForFilter(current: string, hints: Promise<SearchHints>): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<Item>();
  // VS Code would put the lines that resemble the filter above the one that applies it. Not in its types yet; harmless where unknown.
  Object.assign(box, { sortByLabel: false });
  box.title = 'Filter Traces';
  box.placeholder = 'status:error duration>100ms service:cart http.route=/items "free text"';
  box.value = current;
  let known: SearchHints = { keys: [], services: [] };
  const draw = (): void => {
    box.items = itemsFor(box.value, known);
  };
  draw();
  void hints.then((found) => {
    known = found;
    draw();
  });
  return new Promise((resolve) => {
    box.onDidChangeValue(draw);
    box.onDidAccept(() => {
      const [chosen] = box.selectedItems;
      // Enter may come before the lines below have followed what was typed.
      const isFresh = chosen?.value !== undefined && box.items.includes(chosen) && chosen.value !== box.value;
      if (isFresh && chosen !== box.items[0]) {
        box.value = chosen.value!;
        draw();
      } else if (filterVerdict(box.value).ok) {
        resolve(box.value.trim());
        box.hide();
      }
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function itemsFor(filter: string, known: SearchHints): Item[] {
  const { ok, text } = filterVerdict(filter);
  const verdict: Item = { label: `$(${ok ? 'filter' : 'error'}) ${text}`, alwaysShow: true };
  const hints = filterHints(filter, known).map(({ label, detail, value }) => ({
    label,
    description: detail,
    value,
    alwaysShow: true,
  }));
  return [verdict, ...hints];
}
