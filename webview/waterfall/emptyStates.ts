import { css, html, nothing, type TemplateResult } from 'lit';
import { assertNever } from '../../src/base/assertNever';
import { icon, type IconName } from '../shared/icons';
import type { Session } from './state/session';

export const emptyStyles = css`
  .empty {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: safe center;
    gap: 10px;
    padding: 24px;
    overflow: auto;
    text-align: center;
    line-height: 1.5;
  }
  .empty > .icon {
    font-size: 40px;
    width: 40px;
    height: 40px;
    color: var(--vscode-descriptionForeground);
  }
  .empty h2 {
    margin: 0;
    font-size: 16px;
    font-weight: 600;
  }
  .empty p {
    margin: 0;
    max-width: 56ch;
  }
  .ways {
    display: grid;
    gap: 12px;
    max-width: 620px;
    margin: 6px 0;
    padding: 0;
    text-align: start;
    list-style: none;
  }
  .ways li {
    display: grid;
    grid-template-columns: 24px minmax(0, 1fr);
    gap: 8px;
    padding: 10px 14px 10px 10px;
    border: 1px solid var(--line);
    border-radius: 4px;
  }
  .ways .icon {
    color: var(--vscode-descriptionForeground);
    margin: 2px 0 0 4px;
  }
  kbd {
    padding: 1px 5px;
    border-radius: 3px;
    font: inherit;
    font-size: 11px;
    color: var(--vscode-keybindingLabel-foreground);
    background: var(--vscode-keybindingLabel-background);
    border: 1px solid var(--vscode-keybindingLabel-border, transparent);
    border-bottom-color: var(--vscode-keybindingLabel-bottomBorder, transparent);
  }
  .environment {
    display: flex;
    align-items: center;
    gap: 4px;
    margin-top: 6px;
    padding: 4px 4px 4px 8px;
    border-radius: 3px;
    background: var(--vscode-textCodeBlock-background);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .environment code {
    flex: 1;
    overflow-wrap: anywhere;
    user-select: all;
  }
  .problems {
    max-width: 620px;
    margin: 0;
    padding: 8px 12px 8px 28px;
    text-align: start;
    border: 1px solid var(--vscode-inputValidation-warningBorder);
    background: var(--vscode-inputValidation-warningBackground);
    border-radius: 3px;
  }
`;

/** What stands in place of a waterfall, and what to do about it. */
export function emptyState(session: Session): TemplateResult {
  if (session.engineStatus.engine === 'restarting')
    return message('sync', 'Waiting for the engine', 'Traces show as soon as it runs.');
  switch (session.phase) {
    case 'loading':
      return html`<div class="empty" role="status">
        <vscode-progress-ring></vscode-progress-ring>
        <p class="dim">Reading the trace…</p>
      </div>`;
    case 'empty':
      return firstTrace(session);
    case 'gone':
      return message(
        'history',
        'This trace has left the store',
        'The oldest traces make room for new ones. Choose another trace above, or follow the newest.',
        session,
      );
    case 'ready':
      return html``;
    default:
      return assertNever(session.phase, 'phase');
  }
}

function message(name: IconName, title: string, text: string, session?: Session): TemplateResult {
  return html`<div class="empty" role="status">
    ${icon(name)}
    <h2>${title}</h2>
    <p class="dim">${text}</p>
    ${
      session
        ? html`<vscode-button @click=${() => session.toggleFollow()}>Follow the newest trace</vscode-button>`
        : nothing
    }
  </div>`;
}

const BY_DEBUGGER = html`<div>
  Press <kbd>F5</kbd> to run your program with the debugger. It is traced as it is: with its own OpenTelemetry SDK, or
  with one that is brought along. What you start by hand is recorded in a terminal of
  <em>Spanline: New Traced Terminal</em>.
</div>`;
const RECORDING = html`<div>
  Your program is being recorded. Send it a request, or let it do its work: HTTP, databases and your own tracers make
  spans. Should nothing come, <em>Spanline: Why Are There No Spans?</em> tells why.
</div>`;
const UNTRUSTED = html`<div>
  This folder is in Restricted Mode: programs that you debug run as they are, and none is recorded.
  <em>Workspaces: Manage Workspace Trust</em> changes that.
</div>`;

function firstTrace(session: Session): TemplateResult {
  const { endpoint, problems, restricted, recording } = session.engineStatus;
  return html`<div class="empty">
    ${icon('pulse')}
    <h2>No traces yet</h2>
    <p class="dim">The first one appears here within a second of its first span's end.</p>
    ${
      problems.length > 0
        ? html`<ul class="problems">
            ${problems.map((problem) => html`<li>${problem}</li>`)}
          </ul>`
        : nothing
    }
    <ul class="ways">
      <li>${firstWay(restricted, recording)}</li>
      ${endpoint ? elsewhere(session, endpoint) : nothing}
    </ul>
  </div>`;
}

function firstWay(restricted = false, recording = false): TemplateResult {
  if (restricted) return html`${icon('lock')} ${UNTRUSTED}`;
  return recording ? html`${icon('pulse')} ${RECORDING}` : html`${icon('rocket')} ${BY_DEBUGGER}`;
}

function elsewhere(session: Session, endpoint: string): TemplateResult {
  const variable = `OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`;
  return html`<li>
    ${icon('server')}
    <div>
      Or let a program that runs elsewhere on this machine export to:
      <div class="environment">
        <code class="mono">${variable}</code>
        <vscode-button
          appearance="icon"
          aria-label="Copy the environment variable"
          title="Copy"
          @click=${() => session.copy(variable)}
          >${icon('copy')}</vscode-button
        >
      </div>
    </div>
  </li>`;
}
