// `node build/extensionPage.mjs` writes dist/extensionPage.md: the README as VS Code shows it on the page of the installed extension.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OF_REPOSITORY = /<!-- repository\b.*?-->.*?<!-- \/repository -->\n*/gs;
const PICTURE = /!\[[^\]]*\]\((?!https:)[^)]+\)\n*/g;
const LINK = /\[([^\]]*)\]\((?!https:|#)[^)]+\)/g;

/**
 * That page shows no picture but from the web, and follows no path: pictures go, and links to files become plain words. What is for
 * whoever has the repository is left out.
 */
export function extensionPage(readme) {
  return readme.replace(OF_REPOSITORY, '').replace(PICTURE, '').replace(LINK, '$1');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(join(root, 'dist', 'extensionPage.md'), extensionPage(readme));
}
