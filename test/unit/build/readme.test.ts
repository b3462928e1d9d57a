import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandTable, withTable } from '../../../build/readme.mjs';
import { SETTING_DEFAULTS } from '../../../src/protocol/settings';

const readme = readFileSync('README.md', 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Parameters<typeof commandTable>[0];

test('README lists every command of the palette; "node build/readme.mjs" writes the table anew', () => {
  const table = commandTable(manifest);
  expect(readme).toContain(table);
  expect(withTable(readme, table)).toBe(readme);
});

test('README lists every setting, and no other', () => {
  const listed = [...readme.matchAll(/^\| `spanline\.([\w.]+)` \|/gm)].map(([, key]) => key);
  expect(listed.sort()).toEqual(Object.keys(SETTING_DEFAULTS).sort());
});

test('a command without a note is told, and a note without a command', () => {
  const { contributes } = manifest;
  const more = [...contributes.commands, { command: 'spanline.new', title: 'New' }];
  expect(() => commandTable({ contributes: { ...contributes, commands: more } })).toThrow(/spanline\.new/);
  expect(() => commandTable({ contributes: { ...contributes, commands: more.slice(1, -1) } })).toThrow(
    /no command for/,
  );
});
