import { mkdtemp, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathKey } from '../../../src/base/paths';
import { RealPaths } from '../../../src/host/realPaths';

describe('the keys of a file', () => {
  it('are its path, and its real path where a folder on the way is a link', async () => {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'spanline-paths-')));
    await mkdir(join(root, 'real'));
    await writeFile(join(root, 'real', 'a.ts'), '');
    await symlink(join(root, 'real'), join(root, 'link'), 'junction');
    const paths = new RealPaths();
    expect(await paths.keys(join(root, 'real', 'a.ts'))).toEqual([pathKey(join(root, 'real', 'a.ts'))]);
    expect(await paths.keys(join(root, 'link', 'a.ts'))).toEqual([
      pathKey(join(root, 'link', 'a.ts')),
      pathKey(join(root, 'real', 'a.ts')),
    ]);
  });

  it('are the path alone while the file does not exist', async () => {
    expect(await new RealPaths().keys('/nowhere/a.ts')).toEqual(['/nowhere/a.ts']);
  });
});
