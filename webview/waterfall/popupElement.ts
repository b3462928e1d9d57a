import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { icon, type IconName } from '../shared/icons';
import { SessionElement } from './sessionElement';

/** Between an open box and the edge of the page. */
const MARGIN_PX = 6;

/** A button (class `opener`) that opens a box (class `popup`) below itself; Escape and a press outside close it. */
export abstract class PopupElement extends SessionElement {
  static override properties = { ...SessionElement.properties, open: { state: true } };
  declare open: boolean;

  constructor() {
    super();
    this.open = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.closeFromOutside);
    this.addEventListener('keydown', this.closeByKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.closeFromOutside);
    this.removeEventListener('keydown', this.closeByKey);
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.open && changed.has('open')) this.keepInPage();
  }

  /** The opener as the toolbars have it: an icon, whose name is its tooltip, too. */
  protected iconOpener(name: IconName, label: string): TemplateResult {
    return html`<vscode-button
      class="opener"
      appearance="icon"
      aria-label=${label}
      title=${label}
      aria-expanded=${this.open}
      @click=${() => this.toggle()}
      >${icon(name)}</vscode-button
    >`;
  }

  protected toggle(): void {
    this.open = !this.open;
  }

  /** The focus goes back to where it came from. */
  protected close(): void {
    this.open = false;
    this.renderRoot.querySelector<HTMLElement>('.opener')?.focus();
  }

  /** A box that would reach beyond an edge of a narrow page is moved sideways. */
  private keepInPage(): void {
    const popup = this.renderRoot.querySelector<HTMLElement>('.popup');
    if (!popup) return;
    const { left, right } = popup.getBoundingClientRect();
    const shift = Math.max(Math.min(0, innerWidth - MARGIN_PX - right), MARGIN_PX - left);
    if (shift < 0 || left < MARGIN_PX) popup.style.translate = `${shift}px`;
  }

  private readonly closeFromOutside = (event: Event): void => {
    if (this.open && !event.composedPath().includes(this)) this.open = false;
  };

  private readonly closeByKey = (event: KeyboardEvent): void => {
    if (!this.open || event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  };
}

export const popupStyles = css`
  :host {
    position: relative;
    min-width: 0;
  }
  .popup {
    position: absolute;
    z-index: 20;
    top: calc(100% + 4px);
    left: 0;
    padding: 6px;
    border-radius: 5px;
    color: var(--vscode-quickInput-foreground);
    background: var(--vscode-quickInput-background, var(--vscode-editorWidget-background));
    border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
    box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
  }
  .dot {
    flex: none;
    display: inline-block;
    width: 9px;
    height: 9px;
    border-radius: 50%;
    background: var(--service-fill);
    forced-color-adjust: none;
  }
`;
