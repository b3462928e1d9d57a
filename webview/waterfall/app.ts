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
/** Less than this, and the details at the right leave no room for the bars: they go below, where there is room. */
const NARROW_PX = 900;
const NARROW_AND_SHORT_PX = 560;
/** As a small panel is, or a laptop's at twice the size. */
const SHORT_PX = 420;
/** The head of the rows and four of them. With less the page scrolls, as it does when somebody enlarges it. */
const LEAST_GRAPH_PX = 112;
const SPLITTER_PX = 5;
/** The toolbar and the head of the rows. */
const HEADS_PX = 115;
const ROW_PX = 22;
const OVERVIEW_PX = 61;

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
        overflow: hidden auto;
        background: var(--vscode-editor-background);
      }
      main {
        flex: 1 0 0;
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
      <main ${cssom({ 'min-height': session.shown ? `${this.parts().least}px` : '0' })}>
        ${banners(session)} ${session.shown ? this.graph() : emptyState(session)}
      </main>
    `;
  }

  private graph(): TemplateResult {
    const { session } = this;
    const { narrow, overview, details } = this.parts();
    return html`<div class="parts ${narrow ? 'narrow' : ''}">
      <div class="graph">
        ${overview ? html`<spanline-overview .session=${session}></spanline-overview>` : nothing}
        <spanline-rows .session=${session}></spanline-rows>
      </div>
      ${details === undefined ? nothing : this.details(narrow, details)}
    </div>`;
  }

  /** What there is room for. `details`: their size, undefined where they are not to be seen. `least`: the height that all of it needs. */
  private parts(): { narrow: boolean; overview: boolean; details: number | undefined; least: number } {
    const { details, layout, shown } = this.session;
    const short = this.clientHeight < SHORT_PX;
    const narrow = this.clientWidth < (short ? NARROW_AND_SHORT_PX : NARROW_PX);
    const overview = !(short && narrow);
    const size = shown && details && layout.detailsOpen ? this.detailsSize(narrow) : undefined;
    const below = size !== undefined && narrow ? size + SPLITTER_PX : 0;
    return { narrow, overview, details: size, least: LEAST_GRAPH_PX + (overview ? OVERVIEW_PX : 0) + below };
  }

  private mostDetails(narrow: boolean): number {
    const { clientHeight, clientWidth } = this;
    const most = narrow ? clientHeight * 0.6 : clientWidth * (clientWidth < NARROW_PX ? 0.45 : 0.6);
    return Math.max(Math.round(most), LEAST_DETAILS_PX);
  }

  private detailsSize(narrow: boolean): number {
    const wanted = narrow ? this.detailsHeight : this.session.layout.detailsWidth;
    return Math.min(Math.max(wanted, LEAST_DETAILS_PX), this.mostDetails(narrow));
  }

  /** As somebody chose it; else what a small trace leaves, folded or not, since a splitter that moves by itself is in the way. */
  private get detailsHeight(): number {
    const { layout, shown } = this.session;
    if (layout.detailsHeight !== DEFAULT_LAYOUT.detailsHeight || !shown) return layout.detailsHeight;
    const graph = HEADS_PX + OVERVIEW_PX + shown.tree.columns.count * ROW_PX + SPLITTER_PX;
    return Math.max(layout.detailsHeight, this.clientHeight - graph);
  }

  private details(narrow: boolean, size: number): TemplateResult {
    const { session } = this;
    const resize = (to: number): void => session.setLayout(narrow ? { detailsHeight: to } : { detailsWidth: to });
    return html`<spanline-splitter
        label="Size of the details"
        direction=${narrow ? 'rows' : 'columns'}
        .reversed=${true}
        .size=${size}
        .least=${LEAST_DETAILS_PX}
        .most=${this.mostDetails(narrow)}
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
      case 'keys':
        return this.renderRoot.querySelector<Header>('spanline-header')?.showKeys();
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
