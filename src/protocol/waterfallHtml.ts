/** What the waterfall's page is made of. The panel and the test page use the same text. */
export interface WaterfallPage {
  /** URL of `dist/webview/waterfall.js`; `codicon.ttf` lies beside it and is found by it. */
  readonly scriptUri: string;
  /** Where that script and its font come from, as a CSP source: `webview.cspSource` in VS Code. */
  readonly cspSource: string;
  /** From a cryptographic source, new for every page. */
  readonly nonce: string;
}

/**
 * The whole document. Styles are constructed by script, so that the policy allows no inline style; nothing is fetched but the
 * script and the icon font. The controls' library looks for the nonce in `csp-nonce`: it tries out a style element of its own.
 */
export function waterfallHtml({ scriptUri, cspSource, nonce }: WaterfallPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta property="csp-nonce" content="${attribute(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waterfall</title>
</head>
<body>
<spanline-waterfall></spanline-waterfall>
<script type="module" nonce="${attribute(nonce)}" src="${attribute(scriptUri)}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
