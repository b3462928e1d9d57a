import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { extensionPage } from '../../../build/extensionPage.mjs';

test('the page of the installed extension needs no file, and tells nobody to build what is installed', () => {
  const page = extensionPage(readFileSync('README.md', 'utf8'));
  expect(page).not.toMatch(/\]\(/);
  expect(page).not.toMatch(/npm ci|npm run package|--install-extension|<!-- \/?repository/);
  expect(page).toContain('*Spanline: Why Are There No Spans?*');
});

test('pictures and links from the web stay', () => {
  const readme =
    'a [b](c.md)\n\n![d](e.png)\n\n<!-- repository: why -->\n\nf\n\n<!-- /repository -->\n\n![g](https://h) [i](https://j)';
  expect(extensionPage(readme)).toBe('a b\n\n![g](https://h) [i](https://j)');
});
