import { css, html, nothing, type TemplateResult } from 'lit';
import { baseName } from '../../../src/base/paths';
import { formatClock, formatMoment, isToday, unixNanoToMs } from '../../../src/model/clockFormat';
import { formatDuration, formatOffset } from '../../../src/model/durationFormat';
import { rowNotes } from '../../../src/model/rowNotes';
import type { Confidence, SourceLocation } from '../../../src/model/sourceLocation';
import type { Span } from '../../../src/model/span';
import { durationText, pauseText, runningTime } from '../../../src/model/spanTimes';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { icon } from '../../shared/icons';
import type { ShownTrace } from '../state/shownTrace';

const CONFIDENCE_WORDS: Readonly<Record<Confidence, string>> = {
  certain: 'Certain',
  likely: 'Likely',
  possible: 'Possible',
};

export const factStyles = css`
  .facts {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 3px 12px;
    margin: 0;
    padding: 4px 12px 10px;
  }
  .facts dt {
    color: var(--vscode-descriptionForeground);
  }
  .facts dd {
    margin: 0;
    overflow-wrap: anywhere;
    user-select: text;
  }
  /* A message can be a whole page; what else there is must not be pushed out of sight. */
  .facts .status {
    max-height: 8.4em;
    overflow: hidden auto;
  }
  .location {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 8px;
    padding: 0 12px 8px;
  }
  .location button {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    min-width: 0;
    padding: 0;
    border: 0;
    background: none;
    font: inherit;
    cursor: pointer;
    color: var(--vscode-textLink-foreground);
  }
  .location button:hover {
    text-decoration: underline;
  }
  .note {
    display: flex;
    gap: 6px;
    margin: 0 12px 8px;
    padding: 5px 8px;
    border: 1px solid var(--vscode-inputValidation-warningBorder);
    background: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground, inherit);
    border-radius: 3px;
  }
`;

export function locationLink(
  location: SourceLocation | undefined,
  reveal: (location: SourceLocation) => void,
): TemplateResult | typeof nothing {
  if (!location) return nothing;
  const { path, line, functionName, confidence, reason } = location;
  return html`<div class="location">
    <button type="button" title="Open ${path}:${line} (Enter)" @click=${() => reveal(location)}>
      ${icon('go-to-file')}<span class="ellipsis">${baseName(path)}:${line}</span>
    </button>
    ${functionName ? html`<span class="mono">${functionName}</span>` : nothing}
    <span class="dim">${CONFIDENCE_WORDS[confidence]}: ${reason}</span>
  </div>`;
}

export function factList(span: Span, { tree, selected }: ShownTrace): TemplateResult {
  const { columns, extent } = tree;
  const startMs = unixNanoToMs(span.startTimeUnixNano);
  const self = columns.selfTime[selected];
  const running = runningTime(columns, selected);
  const pause = pauseText(columns.duration[selected], columns.paused?.[selected]);
  return html`<dl class="facts">
    <dt>Start</dt>
    <dd class="number">
      ${formatOffset(columns.start[selected])}
      <span class="dim" title=${formatMoment(startMs)}
        >· ${isToday(startMs) ? formatClock(startMs) : formatMoment(startMs)}</span
      >
    </dd>
    <dt>Duration</dt>
    <dd class="number">
      ${durationText(columns, selected)}
      ${pause ? html`running<br /><span class="dim">${pause}</span>` : html`<span class="dim">· ${share(running, extent)} of the trace</span>`}
    </dd>
    <dt>Self time</dt>
    <dd class="number">${formatDuration(self)} <span class="dim">· ${share(self, running)} of the span</span></dd>
    ${span.status.code === 'unset' ? nothing : statusFact(span)}
  </dl>`;
}

function statusFact({ status }: Span): TemplateResult {
  const failed = status.code === 'error';
  return html`<dt>Status</dt>
    <dd class="status ${failed ? 'error-text' : ''}">
      ${failed ? 'Error' : 'OK'}${status.message ? html`: ${status.message}` : nothing}
    </dd>`;
}

/** What is odd about the span, as boxes. */
export function noteList(span: Span, { tree, selected }: ShownTrace): TemplateResult[] {
  const texts = rowNotes(tree.columns, selected).map(({ text }) => text);
  if (span.duration < 0 && !(tree.columns.flags[selected] & SPAN_FLAG.open))
    texts.push('Its end lies before its start: the sender mixed two clocks, or wrote one of the times wrongly.');
  return texts.map((text) => html`<div class="note" role="note">${icon('warning')}<span>${text}</span></div>`);
}

function share(part: number, whole: number): string {
  if (whole <= 0) return '100 %';
  const percent = Math.max(0, (part / whole) * 100);
  return percent > 0 && percent < 1 ? '< 1 %' : `${Math.round(percent)} %`;
}
