// What the bundles carry of other people's work, and the words those ask to be carried along.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Licences under which code may be shipped in the extension. Another one is a decision, not an accident. */
const WELCOME = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
]);
const LICENCE_FILE = /^(licen[cs]e|copying|notice|third.?party.?notices?)/i;
/** Packages that carry a copy of another one inside a file of their own. */
const INSIDE = { 'node_modules/@ts-morph/common': 'node_modules/typescript' };
const PACKAGE = /(?:.*\/|^)node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Folders of the packages, relative to the root, that files of esbuild's `metafiles` come from. */
export function bundledPackages(metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles)
    for (const { inputs } of Object.values(outputs))
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        const [start] = PACKAGE.exec(file) ?? [];
        const folder = start?.slice(0, -1);
        if (!folder || bytesInOutput === 0) continue;
        folders.add(folder);
        if (INSIDE[folder]) folders.add(INSIDE[folder]);
      }
  return [...folders].sort();
}

/** One text with the licences of all packages in `folders`. Throws where one has none, or one that is not welcome. */
export async function noticesOf(folders, root) {
  const packages = await Promise.all(folders.map((folder) => describe(join(root, folder))));
  const titlesByText = new Map();
  for (const { title, text } of packages) titlesByText.set(text, (titlesByText.get(text) ?? new Set()).add(title));
  const parts = [...titlesByText].map(([text, titles]) => `${[...titles].sort().join('\n')}\n\n${text}\n`);
  const line = `${'-'.repeat(80)}\n`;
  return `Spanline contains code of the packages below, each under its own licence.\n\n${parts
    .sort()
    .map((part) => line + part)
    .join('\n')}`;
}

async function describe(folder) {
  const { name, version, license, homepage } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const names = (await readdir(folder)).filter((file) => LICENCE_FILE.test(file)).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(folder, file), 'utf8').catch(() => '')));
  if (!isWelcome(license))
    throw new Error(
      `${name} ${version} is bundled, but its licence "${license}" is not among ${[...WELCOME].join(', ')}`,
    );
  const own = texts.map((text) => text.trim()).filter(Boolean);
  const text = own.length > 0 ? own.join('\n\n') : `Licensed under ${license}.${homepage ? ` ${homepage}` : ''}`;
  return { title: `${name} ${version} (${license})`, text };
}

/** `MIT`, `(MIT OR Apache-2.0)`: one of those on offer is enough; of those that hold together, each must be. */
function isWelcome(license = '') {
  const choices = license.replace(/[()]/g, '').split(/ OR /i);
  return choices.some((choice) => choice.split(/ AND /i).every((each) => WELCOME.has(each.trim())));
}
