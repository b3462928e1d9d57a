import { css, html, type TemplateResult, unsafeCSS } from 'lit';

/** Code points of the icon font, for the icons that are used; a test compares them with the font's own table. */
export const ICONS = {
  'arrow-down': 0xea9a,
  'arrow-up': 0xeaa1,
  check: 0xeab2,
  'chevron-down': 0xeab4,
  'chevron-right': 0xeab6,
  close: 0xea76,
  'collapse-all': 0xeac5,
  copy: 0xebcc,
  'debug-disconnect': 0xead0,
  'debug-pause': 0xead1,
  error: 0xea87,
  'expand-all': 0xeb95,
  flame: 0xeaf2,
  'go-to-file': 0xea94,
  history: 0xea82,
  info: 0xea74,
  keyboard: 0xea65,
  'layout-sidebar-right': 0xebf4,
  link: 0xeb15,
  location: 0xeb1a,
  lock: 0xea75,
  pulse: 0xeb31,
  rocket: 0xeb44,
  'screen-full': 0xeb4c,
  search: 0xea6d,
  server: 0xeb50,
  'settings-gear': 0xeb51,
  sync: 0xea77,
  'type-hierarchy': 0xebb9,
  warning: 0xea6c,
} as const;
export type IconName = keyof typeof ICONS;

export const ICON_FONT = 'spanline-codicon';

/** Decoration beside words, hidden from screen readers; `label` makes it an image with a meaning of its own. */
export function icon(name: IconName, options: { label?: string; class?: string } = {}): TemplateResult {
  const glyph = String.fromCodePoint(ICONS[name]);
  const classes = `icon ${options.class ?? ''}`;
  if (options.label === undefined) return html`<span class=${classes} aria-hidden="true">${glyph}</span>`;
  return html`<span class=${classes} role="img" aria-label=${options.label} title=${options.label}>${glyph}</span>`;
}

export const iconStyles = css`
  .icon {
    font: normal 16px/1 ${unsafeCSS(ICON_FONT)};
    display: inline-block;
    flex: none;
    width: 16px;
    height: 16px;
    text-align: center;
    -webkit-font-smoothing: antialiased;
    user-select: none;
  }
`;

/** Fonts are the document's: a shadow root cannot declare one. The file lies beside the script. */
export async function loadIconFont(scriptUrl: string): Promise<void> {
  const font = new FontFace(ICON_FONT, `url(${JSON.stringify(new URL('codicon.ttf', scriptUrl).href)})`);
  document.fonts.add(await font.load());
}
