import { join } from 'node:path';
import { expect, it } from 'vitest';
import { storageOfWorkspace } from '../../../src/host/storageFolder';

const ID = '0123456789abcdef0123456789abcdef';
const folder = (name: string) => join('/data', 'workspaceStorage', name, 'spanline.spanline');

it.each([
  [folder(ID), folder(ID)],
  [folder(`${ID}-1`), folder(ID)],
  [folder('-5e0a1b2c'), folder('-5e0a1b2c')],
  [folder('-5e0a1b2c-2'), folder('-5e0a1b2c')],
  [folder('-51'), folder('-51')],
  [join('/data', 'globalStorage', 'spanline.spanline'), join('/data', 'globalStorage', 'spanline.spanline')],
])('a workspace has one folder, whichever host asks: %s', (given, expected) => {
  expect(storageOfWorkspace(given)).toBe(expected);
});
