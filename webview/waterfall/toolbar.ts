import { css, html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from '../shared/icons';
import { baseStyles } from '../shared/styles';
import { SessionElement } from './sessionElement';
import type { ShownTrace } from './state/shownTrace';

interface Tool {
  readonly icon: IconName;
  readonly label: string;
  readonly act: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
}

/** What can be done with the view: one stop of the Tab key, with the arrow keys from button to button. */
export class Toolbar extends SessionElement {
  static override properties = { ...SessionElement.properties, stop: { state: true } };
  declare stop: number;

  static override styles = [
    baseStyles,
    css`
      .buttons {
        display: flex;
        align-items: center;
        gap: 2px;
      }
    `,
  ];

  constructor() {
    super();
    this.stop = 0;
  }

  override render(): TemplateResult | typeof nothing {
    const { shown } = this.session;
    if (!shown) return nothing;
    const tools = this.tools(shown);
    return html`<div class="buttons" role="toolbar" aria-label="View" @keydown=${this.onKey}>
      ${tools.map(
        ({ icon: name, label, act, disabled = false, pressed }, index) =>
          html`<vscode-button
            appearance="icon"
            aria-label=${label}
            title=${label}
            aria-pressed=${pressed ?? nothing}
            ?disabled=${disabled}
            @click=${act}
            @focusin=${() => (this.stop = index)}
            >${icon(name)}</vscode-button
          >`,
      )}
    </div>`;
  }

  override updated(): void {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('vscode-button')];
    // The one that the focus stood on may be disabled by now.
    const stop = buttons[this.stop]?.matches('[disabled]') ? 0 : this.stop;
    buttons.forEach((button, index) => setTabStop(button, index === stop));
  }

  private tools(shown: ShownTrace): Tool[] {
    const { session } = this;
    const { detailsOpen } = session.layout;
    return [
      { icon: 'expand-all', label: 'Expand all', act: () => session.alter(() => shown.expandAll()) },
      { icon: 'collapse-all', label: 'Collapse all', act: () => session.alter(() => shown.collapseAll()) },
      {
        icon: 'flame',
        label: 'Critical path: what the trace waited for (c)',
        act: () => session.setCritical(!session.critical),
        pressed: session.critical,
      },
      {
        icon: 'screen-full',
        label: 'Show the whole trace (0)',
        act: () => session.alter(() => shown.zoom(shown.whole)),
        disabled: !shown.zoomed,
      },
      {
        icon: 'layout-sidebar-right',
        label: 'Details of the selected span (d)',
        act: () => session.setLayout({ detailsOpen: !detailsOpen }),
        pressed: detailsOpen,
      },
    ];
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('vscode-button:not([disabled])')];
    const at = buttons.findIndex((button) => button.matches(':focus-within'));
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    buttons[(next + buttons.length) % buttons.length]?.focus();
  };
}

/** On the button within: to the element around it, a tab index would give a role of its own. */
function setTabStop(button: HTMLElement, isStop: boolean): void {
  const inner = button.shadowRoot?.querySelector<HTMLElement>('button');
  if (inner) inner.tabIndex = isStop ? 0 : -1;
}

customElements.define('spanline-toolbar', Toolbar);
