export const THEMES = ['light', 'dark', 'high-contrast', 'high-contrast-light'] as const;
export type Theme = (typeof THEMES)[number];

/** The theme that VS Code announces on the page's body; dark where nobody announces one and the system prefers it. */
export function currentTheme(): Theme {
  const kind = document.body.dataset.vscodeThemeKind?.replace('vscode-', '');
  const announced = THEMES.find((theme) => theme === kind);
  return announced ?? (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark');
}

/** Calls `onChange` when the theme or one of its colours changed. */
export function watchTheme(onChange: () => void): MutationObserver {
  const observer = new MutationObserver(onChange);
  // VS Code writes the colours as custom properties into the root element's style.
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-kind'] });
  return observer;
}
