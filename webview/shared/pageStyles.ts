/** Styles of the document itself; VS Code's own give a webview's body a padding. */
export function adoptPageStyles(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }
  `);
  document.adoptedStyleSheets.push(sheet);
}
