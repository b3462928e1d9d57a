import { assertNever } from '../../src/base/assertNever';
import { hasChildren } from '../../src/model/rows';
import { panBy, zoomAround } from '../../src/model/timeScale';
import type { RowAction } from './keyboard';
import type { Session } from './state/session';
import type { ShownTrace } from './state/shownTrace';

/** Does what a key asks for. @param pageRows rows that fit into the view */
export function doRowAction(session: Session, shown: ShownTrace, action: RowAction, pageRows: number): void {
  switch (action.kind) {
    case 'move':
      return session.select(shown.rowAtOffset(action.by));
    case 'page':
      return session.select(shown.rowAtOffset(action.direction * Math.max(1, pageRows - 1)));
    case 'edge':
      return session.select(shown.visible.at(action.end === 'first' ? 0 : -1) ?? -1);
    case 'fold':
      return foldOrGoUp(session, shown);
    case 'unfold':
      return unfoldOrGoDown(session, shown);
    case 'open':
      return void (shown.selected >= 0 && session.openLine(shown.selected));
    case 'clear':
      return session.select(-1);
    case 'zoomToSpan':
      return session.alter(() => shown.selected >= 0 && shown.zoomToRow(shown.selected));
    case 'zoomReset':
      return session.alter(() => shown.zoom(shown.whole));
    case 'zoom':
      return session.alter(() => shown.zoom(zoomAround(shown.whole, shown.window, focus(shown), action.factor)));
    case 'pan':
      return session.alter(() => shown.zoom(panBy(shown.whole, shown.window, action.by)));
    default:
      return assertNever(action, 'row action');
  }
}

function foldOrGoUp(session: Session, shown: ShownTrace): void {
  const { selected, tree } = shown;
  if (selected < 0) return;
  if (hasChildren(tree, selected) && !shown.isCollapsed(selected))
    session.alter(() => shown.setCollapsed(selected, true));
  else if (tree.columns.parent[selected] >= 0) session.select(tree.columns.parent[selected]);
}

function unfoldOrGoDown(session: Session, shown: ShownTrace): void {
  const { selected, tree } = shown;
  if (selected < 0 || !hasChildren(tree, selected)) return;
  if (shown.isCollapsed(selected)) session.alter(() => shown.setCollapsed(selected, false));
  else session.select(selected + 1);
}

/** Zooming by key keeps the selected span's start where it is when it is in view, else the middle. */
function focus({ selected, tree, window }: ShownTrace): number {
  if (selected < 0) return 0.5;
  const fraction = (tree.columns.start[selected] - window.from) / (window.to - window.from);
  return fraction >= 0 && fraction <= 1 ? fraction : 0.5;
}
