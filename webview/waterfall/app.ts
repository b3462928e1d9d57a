import { css, html, nothing, type TemplateResult } from 'lit';
import { shownName } from '../../src/model/shownName';
import { baseStyles } from '../shared/styles';
import { currentTheme, watchTheme } from '../shared/theme';
import type { SplitterMove } from '../shared/splitter';
import { cssom } from '../shared/cssom';
import type { Header } from './header';
import { rowAction, viewAction } from './keyboard';
import type { RowsView } from './rowsView';
import { SessionElement } from './sessionElement';
import { DEFAULT_LAYOUT } from './state/intent';
import { themeStyles } from './themeStyles';
import { bannerStyles, banners } from './banners';
import { emptyState, emptyStyles } from './emptyStates';

const LEAST_DETAILS_PX = 160;
/** Less than this, and the details at the right leave no room for the bars: they go below. */
const NARROW_PX = 900;

/** The whole view. */
export class Waterfall extends SessionElement {
  static override styles = [
    baseStyles,
    themeStyles,
    emptyStyles,
    bannerStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100vh;
        background: var(--vscode-editor-background);
      }
      main {
        flex: 1;
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .parts {
        flex: 1;
        display: flex;
        min-height: 0;
        min-width: 0;
      }
      .parts.narrow {
        flex-direction: column;
      }
      .graph {
        flex: 1;
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }
      spanline-rows {
        flex: 1;
      }
      spanline-details {
        flex: none;
      }
    `,
  ];

  private readonly resizes = new ResizeObserver(() => this.requestUpdate());
  private themes: MutationObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
    this.themes = watchTheme(() => this.adoptTheme());
    this.adoptTheme();
    document.addEventListener('keydown', this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.themes?.disconnect();
    document.removeEventListener('keydown', this.onKey);
  }

  override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (!session) return nothing;
    const name = session.shown?.rootName;
    return html`
      <header>
        <h1 class="visually-hidden">${name === undefined ? 'Waterfall' : `Trace ${shownName(name)}`}</h1>
        <spanline-header .session=${session} @leave-search=${() => this.rows?.focus()}></spanline-header>
      </header>
      <main>${banners(session)} ${session.shown ? this.graph() : emptyState(session)}</main>
    `;
  }

  private graph(): TemplateResult {
    const { session } = this;
    const narrow = this.clientWidth < NARROW_PX;
    return html`<div class="parts ${narrow ? 'narrow' : ''}">
      <div class="graph">
        <spanline-overview .session=${session}></spanline-overview>
        <spanline-rows .session=${session}></spanline-rows>
      </div>
      ${session.details && session.layout.detailsOpen ? this.details(narrow) : nothing}
    </div>`;
  }

  private details(narrow: boolean): TemplateResult {
    const { session } = this;
    const [room, wanted] = narrow
      ? [this.clientHeight, session.layout.detailsHeight]
      : [this.clientWidth, session.layout.detailsWidth];
    const most = Math.round(room * 0.6);
    const size = Math.min(Math.max(wanted, LEAST_DETAILS_PX), most);
    const resize = (to: number): void => session.setLayout(narrow ? { detailsHeight: to } : { detailsWidth: to });
    return html`<spanline-splitter
        label="Size of the details"
        direction=${narrow ? 'rows' : 'columns'}
        .reversed=${true}
        .size=${size}
        .least=${LEAST_DETAILS_PX}
        .most=${most}
        @resize-part=${(event: CustomEvent<SplitterMove>) => resize(event.detail.size)}
        @reset-part=${() => resize(narrow ? DEFAULT_LAYOUT.detailsHeight : DEFAULT_LAYOUT.detailsWidth)}
      ></spanline-splitter>
      <spanline-details
        role="complementary"
        aria-label="Details of the selected span"
        .session=${session}
        ${cssom(narrow ? { height: `${size}px`, width: 'auto' } : { width: `${size}px`, height: 'auto' })}
      ></spanline-details>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!this.session || isTyping(event)) return;
    const action = viewAction(event);
    if (!action) return this.passToRows(event);
    event.preventDefault();
    const { session } = this;
    switch (action) {
      case 'search':
        return this.renderRoot.querySelector<Header>('spanline-header')?.focusSearch();
      case 'nextMatch':
        return session.goToMatch(1);
      case 'previousMatch':
        return session.goToMatch(-1);
      case 'follow':
        return session.toggleFollow();
      case 'critical':
        return session.setCritical(!session.critical);
      case 'details':
        return session.setLayout({ detailsOpen: !session.layout.detailsOpen });
    }
  };

  /** Right after the panel was opened nothing in it has the focus yet; the rows are what keys are meant for. */
  private passToRows(event: KeyboardEvent): void {
    if (event.composedPath()[0] !== document.body || !rowAction(event)) return;
    this.rows?.focus();
    this.rows?.onKey(event);
  }

  private adoptTheme(): void {
    this.setAttribute('theme', currentTheme());
  }

  private get rows(): RowsView | null {
    return this.renderRoot.querySelector<RowsView>('spanline-rows');
  }
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

customElements.define('spanline-waterfall', Waterfall);
