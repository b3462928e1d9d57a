import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bundledPackages, noticesOf } from '../../../build/notices.mjs';

function rootWith(packages: Readonly<Record<string, { license: string; text?: string }>>): string {
  const root = mkdtempSync(join(tmpdir(), 'spanline-notices-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, { license, text }] of Object.entries(packages)) {
    mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, name, 'package.json'), JSON.stringify({ name, version: '1.0.0', license }));
    if (text) writeFileSync(join(root, name, 'LICENSE.md'), text);
  }
  return root;
}

it('finds the packages whose code is in a bundle, and what lies inside of them', () => {
  const inputs = {
    'src/main.ts': { bytesInOutput: 9 },
    'node_modules/ws/index.js': { bytesInOutput: 9 },
    'node_modules/unused/index.js': { bytesInOutput: 0 },
    'node_modules/a/node_modules/@scope/b/lib/c.js': { bytesInOutput: 1 },
    'node_modules/@ts-morph/common/dist/typescript.js': { bytesInOutput: 1 },
  };
  expect(bundledPackages([{ outputs: { 'dist/x.js': { inputs } } }])).toEqual([
    'node_modules/@ts-morph/common',
    'node_modules/a/node_modules/@scope/b',
    'node_modules/typescript',
    'node_modules/ws',
  ]);
});

it('prints each licence once, above it the packages that have it', async () => {
  const root = rootWith({
    a: { license: 'MIT', text: 'Be free.' },
    b: { license: '(GPL-3.0 OR MIT)', text: 'Be free.' },
    c: { license: 'ISC' },
  });
  const text = await noticesOf(['a', 'b', 'c'], root);
  expect(text).toContain('a 1.0.0 (MIT)\nb 1.0.0 ((GPL-3.0 OR MIT))\n\nBe free.\n');
  expect(text).toContain('c 1.0.0 (ISC)\n\nLicensed under ISC.\n');
});

it.each(['GPL-3.0', 'MIT AND SSPL-1.0', ''])('does not let code under the licence "%s" be shipped', async (license) => {
  await expect(noticesOf(['a'], rootWith({ a: { license } }))).rejects.toThrow(`"${license}"`);
});
