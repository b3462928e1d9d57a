// `node build/packVsix.mjs` makes dist/spanline.vsix of what is built. From a folder of its own: vsce looks at every file below the folder
// that it packs, those of hundreds of installed programs as well, before it asks what to leave out.
import { createVSIX } from '@vscode/vsce';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ALLOWED = '.vscodeignore';
const BULKY = /\.(?:vsix|tgz|map)$/;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Each `!media/icon.png` in it names what is packed: here it is enough to know in which folders that lies.
const allowed = (await readFile(join(root, ALLOWED), 'utf8')).split('\n').filter((line) => line.startsWith('!'));
const parts = new Set([ALLOWED, ...allowed.map((line) => line.slice(1).split('/')[0])]);
const folder = await mkdtemp(join(tmpdir(), 'spanline-vsix-'));
try {
  for (const part of parts)
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
