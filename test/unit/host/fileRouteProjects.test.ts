import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasFileRoutes } from '../../../src/host/debug/fileRouteProjects';

async function project(manifest?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spanline-file-routes-'));
  if (manifest !== undefined) await writeFile(join(folder, 'package.json'), manifest);
  return folder;
}

describe('a project whose routes are files', () => {
  it.each([
    [{ devDependencies: { '@sveltejs/kit': '3' } }, true],
    [{ dependencies: { nuxt: '4' } }, true],
    [{ dependencies: { next: '16' } }, true],
    [{ dependencies: { 'react-router': '8' }, devDependencies: { '@react-router/dev': '8' } }, true],
    // A library for the browser alone.
    [{ dependencies: { 'react-router': '8' } }, false],
    [{ dependencies: { express: '5' } }, false],
    [{}, false],
  ])('is told by what it depends on: %j, %s', async (manifest, expected) => {
    expect(await hasFileRoutes(await project(JSON.stringify(manifest)))).toBe(expected);
  });

  it.each([undefined, '', 'null', '{"dependencies": 7}'])('is none where the manifest is %j', async (manifest) => {
    expect(await hasFileRoutes(await project(manifest))).toBe(false);
  });
});
