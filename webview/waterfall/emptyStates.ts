import { html, type TemplateResult } from 'lit';
import type { Session } from './state/session';

export function emptyState(session: Session): TemplateResult {
  return html`<div>${session.phase}</div>`;
}
