// `node build/packVsix.mjs` makes dist/spanline.vsix of what is built. From a folder of its own: vsce looks at every file below the folder
// that it packs, those of hundreds of installed programs as well, before it asks what to leave out.
import { createVSIX } from '@vscode/vsce';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** .vscodeignore decides what of them is packed. */
const PARTS = ['package.json', '.vscodeignore', 'CHANGELOG.md', 'LICENSE', 'NOTICE', 'media', 'dist'];
const BULKY = /\.(?:vsix|tgz|map)$/;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = await mkdtemp(join(tmpdir(), 'spanline-vsix-'));
try {
  for (const part of PARTS)
    await cp(join(root, part), join(folder, part), { recursive: true, filter: (path) => !BULKY.test(path) });
  await createVSIX({
    cwd: folder,
    packagePath: join(root, 'dist', 'spanline.vsix'),
    readmePath: 'dist/extensionPage.md',
    dependencies: false,
    rewriteRelativeLinks: false,
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
