import { css, html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from '../shared/icons';
import type { Session } from './state/session';

export const bannerStyles = css`
  .banner {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 4px 8px 4px 12px;
    border-bottom: 1px solid var(--vscode-inputValidation-warningBorder);
    background: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground, inherit);
  }
  .banner.info {
    border-color: var(--vscode-inputValidation-infoBorder);
    background: var(--vscode-inputValidation-infoBackground);
    color: var(--vscode-inputValidation-infoForeground, inherit);
  }
  .banner > span:nth-child(2) {
    flex: 1;
  }
`;

/** What is wrong while a trace is drawn nevertheless. */
export function banners(session: Session): TemplateResult | typeof nothing {
  const { engineStatus, shown, stale, problem } = session;
  if (shown && engineStatus.engine === 'restarting')
    return banner('info', 'sync', 'The engine is restarting. What is drawn stays; details come back with it.');
  if (shown && stale)
    return banner(
      'info',
      'history',
      'This trace has left the store: newer ones needed the room. Details may be missing.',
    );
  if (problem) return banner('warning', 'warning', problem, () => session.say(undefined));
  return nothing;
}

function banner(kind: string, name: IconName, text: string, close?: () => void): TemplateResult {
  return html`<div class="banner ${kind}" role="status">
    ${icon(name)}<span>${text}</span>
    ${
      close
        ? html`<vscode-button appearance="icon" aria-label="Dismiss" title="Dismiss" @click=${close}
            >${icon('close')}</vscode-button
          >`
        : nothing
    }
  </div>`;
}
