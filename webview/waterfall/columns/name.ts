import { css, html, nothing, type TemplateResult } from 'lit';
import { rowNotes } from '../../../src/model/rowNotes';
import { hasChildren, type RowTree } from '../../../src/model/rows';
import { shownName } from '../../../src/model/shownName';
import { STATUS_ERROR } from '../../../src/model/span';
import { spanTarget } from '../../../src/model/spanTarget';
import { cssom } from '../../shared/cssom';
import { icon } from '../../shared/icons';
import { colourValues, type DrawContext, type WaterfallColumn } from './column';

const STEP = 12;
/** The tree may take this share of the column before its steps shrink. */
const INDENT_SHARE = 0.4;
const LEAST_STEP = 4;
/** Twisty, swatch and gaps in front of the name. */
const LEAD_PX = 40;
const LEAST_WIDTH_WITH_SERVICE = 230;
/** What is left of a target in less says nothing. */
const LEAST_TARGET_PX = 96;
/** Of the font, on average. */
const CHARACTER_PX = 6.6;
/** Closer lines are noise. */
const LEAST_GUIDE_STEP = 8;

export const nameColumn: WaterfallColumn = {
  id: 'name',
  label: 'Span',
  optional: false,
  track: (names) => `${names}px`,
  styles: css`
    .name-cell {
      gap: 4px;
      padding-left: 4px;
    }
    .guides {
      align-self: stretch;
      flex: none;
      background: repeating-linear-gradient(
        to right,
        var(--vscode-tree-inactiveIndentGuidesStroke, transparent) 0 1px,
        transparent 1px var(--step)
      );
      background-position-x: 7px;
    }
    .guides.off {
      background: none;
    }
    .depth {
      flex: none;
      font-size: 10px;
      padding: 0 4px;
      border-radius: 8px;
      color: var(--vscode-badge-foreground);
      background: var(--vscode-badge-background);
    }
    .twisty {
      flex: none;
      width: 16px;
      height: 22px;
      padding: 0;
      border: 0;
      background: none;
      color: inherit;
      cursor: pointer;
    }
    .twisty {
      display: flex;
      align-items: center;
      justify-content: center;
    }
    .twisty .icon {
      font-size: 16px;
    }
    .swatch {
      flex: none;
      width: 4px;
      height: 14px;
      border-radius: 1px;
      background: var(--service-fill);
      forced-color-adjust: none;
    }
    .span-name.failed {
      color: var(--vscode-list-errorForeground, var(--vscode-errorForeground));
    }
    .name-cell > .icon {
      font-size: 14px;
      height: 14px;
    }
    .service-name,
    .target {
      font-size: 0.9em;
      /* Gives way before the span's name does, of which the smallest part of a pixel would cost its last letters. */
      flex: 0 1e6 auto;
      min-width: 24px;
    }
    .target {
      flex-shrink: 1e12;
    }
    .span-name {
      flex: 0 1 auto;
    }
  `,
  cell(context, row) {
    const { tree, shown } = context;
    const { columns } = tree;
    const name = columns.names[columns.name[row]];
    const failed = columns.status[row] === STATUS_ERROR;
    return html`
      ${indent(context, row)} ${twisty(hasChildren(tree, row), shown.isCollapsed(row))}
      <span
        class="service swatch"
        ${cssom(colourValues(context.colours.of(columns.services[columns.service[row]])))}
      ></span>
      <span class="span-name ellipsis ${failed ? 'failed' : ''}" title=${name}>${shownName(name)}</span>
      ${target(context, row)} ${serviceName(context, row)} ${marks(context, row, failed)}
    `;
  },
};

/** What the span was about, where there is room for it: a cut name would be worse. */
function target(context: DrawContext, row: number): TemplateResult | typeof nothing {
  const { columns } = context.tree;
  const service = namedService(context, row) ?? '';
  const taken = (columns.names[columns.name[row]].length + service.length) * CHARACTER_PX;
  if (context.nameWidth - indentWidth(context, row) - LEAD_PX - taken < LEAST_TARGET_PX) return nothing;
  const span = context.spanOf(row);
  const text = span && spanTarget(span);
  if (text === undefined) return nothing;
  return html`<span class="target dim ellipsis" title=${text}>${shownName(text)}</span>`;
}

function indent({ tree, nameWidth }: DrawContext, row: number): TemplateResult | typeof nothing {
  const depth = tree.columns.depth[row];
  if (depth === 0) return nothing;
  const room = nameWidth * INDENT_SHARE;
  const step = indentStep(tree, room);
  const width = Math.min(depth * step, room);
  return html`
    <span
      class="guides ${step < LEAST_GUIDE_STEP ? 'off' : ''}"
      ${cssom({ width: `${width}px`, '--step': `${step}px` })}
    ></span>
    ${depth * step > room ? html`<span class="depth" title="Depth ${depth}">${depth}</span>` : nothing}
  `;
}

function indentStep({ maxDepth }: RowTree, room: number): number {
  return Math.max(Math.min(STEP, room / maxDepth), LEAST_STEP);
}

function indentWidth({ tree, nameWidth }: DrawContext, row: number): number {
  const room = nameWidth * INDENT_SHARE;
  return Math.min(tree.columns.depth[row] * indentStep(tree, room), room);
}

function twisty(foldable: boolean, collapsed: boolean): TemplateResult {
  if (!foldable) return html`<span class="twisty"></span>`;
  return html`<span class="twisty" data-action="toggle">${icon(collapsed ? 'chevron-right' : 'chevron-down')}</span>`;
}

function serviceName(context: DrawContext, row: number): TemplateResult {
  const { columns } = context.tree;
  const service = namedService(context, row);
  // Whoever sees it has the colour.
  if (service === undefined)
    return html`<span class="visually-hidden">${columns.services[columns.service[row]]}</span>`;
  return html`<span class="service-name dim ellipsis" title=${service}>${shownName(service)}</span>`;
}

/** The service is named where it changes, unless it has a column of its own or names have hardly room themselves. */
function namedService({ tree: { columns }, ...context }: DrawContext, row: number): string | undefined {
  if (context.columns.has('service') || context.nameWidth < LEAST_WIDTH_WITH_SERVICE) return undefined;
  const parent = columns.parent[row];
  const isParents = parent >= 0 && columns.service[parent] === columns.service[row];
  return isParents ? undefined : columns.services[columns.service[row]];
}

function marks({ tree: { columns } }: DrawContext, row: number, failed: boolean): TemplateResult {
  const notes = rowNotes(columns, row).filter(({ kind }) => kind !== 'late');
  return html`
    ${failed ? icon('error', { class: 'error-text', label: 'Error' }) : nothing}
    ${notes.map(({ kind, text }) => icon(kind === 'orphan' ? 'debug-disconnect' : 'history', { label: text, class: 'dim' }))}
  `;
}
