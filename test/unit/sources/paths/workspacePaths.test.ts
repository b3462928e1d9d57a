import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../../src/base/log';
import { pathKey } from '../../../../src/base/paths';
import { localFiles } from '../../../../src/sources/fileAccess';
import { outermostFolders, WorkspaceFiles } from '../../../../src/sources/paths/workspaceFiles';
import { WorkspacePaths } from '../../../../src/sources/paths/workspacePaths';
import { folderWith, mapping, pathsOf } from './workspace';

describe('a path of elsewhere', () => {
  test.each([
    ['a container', '/app/src/server.js', 'src/server.js'],
    ['a machine with Windows', 'C:\\build\\src\\server.js', 'src/server.js'],
    ['a share of Windows', '\\\\build\\drop\\src\\server.js', 'src/server.js'],
    ['a machine with Windows that writes as it pleases', 'c:\\Build\\SRC\\Server.js', 'src/server.js'],
    ['a URL', 'file:///app/src/server.js', 'src/server.js'],
    ['a bundler', 'webpack://shop/./src/server.js', 'src/server.js'],
    ['a program that was started in the folder', 'src/server.js', 'src/server.js'],
    ['a program that was started in the folder, said otherwise', './src/server.js', 'src/server.js'],
    ['a program that was started below it', '../src/server.js', 'src/server.js'],
    ['a container with the file in its root', '/app/main.py', 'main.py'],
  ])('of %s means the file that ends alike', async (_, path, expected) => {
    const { paths, file } = await pathsOf(folderWith('src/server.js', 'lib/server.js', 'main.py', 'tools/main.py'));
    const key = pathKey(path);
    expect(file(key)).toBe(expected);
    expect(paths.map(key)).toMatchObject(
      expected === 'main.py'
        ? { confidence: 'possible', candidates: expect.any(Array) as string[] }
        : { confidence: 'likely', reason: `${key} ends like only this file here` },
    );
  });

  test('that shares no more than a name with the only file called so may be that one', async () => {
    const { paths, file } = await pathsOf(folderWith('src/recommendation/recommendation_server.py'));
    expect(file('/usr/src/app/recommendation_server.py')).toBe('src/recommendation/recommendation_server.py');
    expect(paths.map('/usr/src/app/recommendation_server.py').confidence).toBe('possible');
  });

  test('that ends like several files is left as it is, and told with them', async () => {
    const folder = folderWith('cart/src/index.js', 'payment/src/index.js', 'index.js');
    const { paths } = await pathsOf(folder);
    expect(paths.map('/app/src/index.js')).toMatchObject({
      path: '/app/src/index.js',
      confidence: 'possible',
      candidates: [`${folder}/cart/src/index.js`, `${folder}/payment/src/index.js`],
      reason: 'it ends like 2 files here, and nothing tells which is meant',
    });
  });

  test('is told apart by the folder that is called like the service', async () => {
    const { paths, file } = await pathsOf(folderWith('cart/src/index.js', 'payment-service/src/index.js'));
    expect(file('/app/src/index.js', 'payment')).toBe('payment-service/src/index.js');
    expect(file('/app/src/index.js', 'cart-svc')).toBe('cart/src/index.js');
    expect(file('/app/src/index.js', 'frontend')).toBe('/app/src/index.js');
    expect(paths.map('/app/src/index.js', 'payment').confidence).toBe('likely');
  });

  test('prefers what lies in the workspace as deep as it agrees', async () => {
    const { paths, file } = await pathsOf(folderWith('src/index.js', 'packages/cart/src/index.js'));
    expect(file('/app/src/index.js')).toBe('src/index.js');
    expect(paths.map('/app/src/index.js')).toMatchObject({ confidence: 'possible' });
  });

  test.each([
    '/app/node_modules/express/lib/index.js',
    '/usr/lib/python3.12/json/index.py',
    '/venv/lib/python3.11/site-packages/flask/index.py',
    'node:internal/index.js',
    '/go/pkg/mod/github.com/gin-gonic/gin@v1.9.1/index.go',
    '/usr/local/go/src/net/http/index.go',
    '/usr/share/gems/rack/lib/index.rb',
    '/rustc/90b35a/library/core/src/index.rs',
    '/srv/vendor/symfony.com/index.php',
  ])('%s is of others, and no file of the workspace', async (path) => {
    const folder = folderWith('index.js', 'index.py', 'index.go', 'index.rb', 'index.rs', 'index.php');
    const { paths } = await pathsOf(folder);
    expect(paths.map(path)).toEqual({ path, confidence: 'certain' });
  });

  test('that nothing here ends like stays as it is', async () => {
    const { paths } = await pathsOf(folderWith('src/server.js'));
    expect(paths.map('/app/src/other.js')).toEqual({ path: '/app/src/other.js', confidence: 'certain' });
  });
});

describe('a path of this machine', () => {
  test('stays as it is, although other files end alike', async () => {
    const folder = folderWith('src/server.js', 'copy/src/server.js');
    const { paths } = await pathsOf(folder);
    expect(paths.map(`${folder}/src/server.js`)).toEqual({ path: `${folder}/src/server.js`, confidence: 'certain' });
  });

  test('is spelled as the disk has it where case does not count', async () => {
    const folder = folderWith('Src/Server.cs');
    const files = {
      ...localFiles,
      stamp: (path: string) => localFiles.stamp(path.replace('/src/server.cs', '/Src/Server.cs')),
    };
    const { paths, file } = await pathsOf(folder, [], { platform: 'win32', files });
    expect(file(`${folder}/src/server.cs`)).toBe('Src/Server.cs');
    expect(paths.map(`${folder}/src/server.cs`).confidence).toBe('certain');
  });
});

describe('Go paths that begin with their module', () => {
  const shop = () =>
    folderWith(
      ['go.mod', 'module github.com/me/shop\n\ngo 1.22\n'],
      ['tools/go.mod', 'module github.com/me/shop/tools\n'],
      'cart/add.go',
      'tools/cart/add.go',
      'context.go',
      ['plain/go.mod', 'module plain\n'],
      'plain/run.go',
    );

  test.each([
    ['github.com/me/shop/cart/add.go', 'cart/add.go'],
    ['github.com/me/shop/tools/cart/add.go', 'tools/cart/add.go'],
    ['plain/run.go', 'plain/run.go'],
  ])('%s is %s', async (path, expected) => {
    const { paths, file } = await pathsOf(shop());
    expect(file(path)).toBe(expected);
    expect(paths.map(path)).toMatchObject({ confidence: 'likely', reason: `${path} by its Go module` });
  });

  test('are not of the workspace when their module is not', async () => {
    const { file } = await pathsOf(shop());
    expect(file('github.com/gin-gonic/gin/context.go')).toBe('github.com/gin-gonic/gin/context.go');
    expect(file('github.com/gin-gonic/gin@v1.9.1/context.go')).toBe('github.com/gin-gonic/gin@v1.9.1/context.go');
  });
});

describe('what the user says', () => {
  test('goes before everything else, the longest "from" first', async () => {
    const folder = folderWith('web/a.js', 'server/a.js', 'a.js');
    const { paths, file } = await pathsOf(folder, [mapping('/app', folder), mapping('/app/web/', `${folder}/server/`)]);
    expect(file('/app/web/a.js')).toBe('server/a.js');
    expect(file('/app/a.js')).toBe('a.js');
    expect(file('/application/a.js')).toBe('a.js');
    expect(paths.map('/app/a.js')).toEqual({
      path: `${folder}/a.js`,
      confidence: 'certain',
      reason: '/app/a.js by the setting',
    });
  });

  test('counts where it leads to a file; elsewhere the next one does', async () => {
    const folder = folderWith('cart/cart.js', 'payment/payment.js');
    const mappings = [mapping('/app', `${folder}/cart`), mapping('/app', `${folder}/payment`)];
    const { file } = await pathsOf(folder, mappings);
    expect(file('/app/cart.js')).toBe('cart/cart.js');
    expect(file('/app/payment.js')).toBe('payment/payment.js');
  });

  test('may be of one service', async () => {
    const folder = folderWith('cart/index.js', 'payment/index.js');
    const mappings = [mapping('/app', `${folder}/cart`, 'basket'), mapping('/app', `${folder}/payment`, 'bank')];
    const { paths, file } = await pathsOf(folder, mappings);
    expect(file('/app/index.js', 'basket')).toBe('cart/index.js');
    expect(file('/app/index.js', 'bank')).toBe('payment/index.js');
    expect(paths.map('/app/index.js').byService).toBe(true);
  });

  test('is quoted where it leads nowhere', async () => {
    const folder = folderWith('a.js');
    const { paths } = await pathsOf(folder, [mapping('/app', `${folder}/gone`)]);
    expect(paths.map('/app/b.js')).toEqual({
      path: '/app/b.js',
      confidence: 'certain',
      reason: `by the setting it is ${folder}/gone/b.js, which does not exist`,
    });
  });

  test('counts before what a debug configuration says, which counts before the ends of paths', async () => {
    const folder = folderWith('one/a.js', 'two/a.js', 'three/app/a.js');
    const { paths, file } = await pathsOf(folder, [mapping('/app/x', `${folder}/one`)]);
    paths.addRun('run', [mapping('/app/x', `${folder}/two`), mapping('/app', `${folder}/two`)]);
    expect(file('/app/x/a.js')).toBe('one/a.js');
    expect(file('/app/a.js')).toBe('two/a.js');
  });
});

describe('answers', () => {
  test('are made anew when the settings change, and only then', async () => {
    const folder = folderWith('one/a.js', 'two/a.js');
    let changes = 0;
    const { paths, file } = await pathsOf(folder, [], { onChange: () => changes++ });
    const before = { changes, generation: paths.generation };
    paths.configure({ folders: [folder], mappings: [] });
    expect({ changes, generation: paths.generation }).toEqual(before);
    expect(file('/app/a.js')).toBe('/app/a.js');
    paths.configure({ folders: [folder], mappings: [mapping('/app', `${folder}/two`)] });
    expect(file('/app/a.js')).toBe('two/a.js');
    expect(changes).toBe(before.changes + 1);
    expect(paths.generation).toBeGreaterThan(before.generation);
  });

  test('hear of files that came later when some time has passed', async () => {
    const folder = folderWith('src/a.js');
    let now = 0;
    let heard = (): void => {};
    const { paths, file } = await pathsOf(folder, [], { now: () => now, onChange: () => heard() });
    expect(file('/app/lib/b.js')).toBe('/app/lib/b.js');
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib/b.js'), '');
    expect(file('/app/lib/c.js')).toBe('/app/lib/c.js');
    expect(file('/app/lib/b.js')).toBe('/app/lib/b.js');
    now += 60_000;
    const changed = new Promise<void>((resolve) => (heard = resolve));
    paths.map('/app/lib/d.js');
    await changed;
    expect(file('/app/lib/b.js')).toBe('lib/b.js');
  });

  test('say what they say before the workspace is known', () => {
    const paths = new WorkspacePaths({ folders: [], mappings: [] }, { log: silentLog, onChange: () => {} });
    expect(paths.map('/app/src/a.js')).toEqual({ path: '/app/src/a.js', confidence: 'certain' });
  });
});

describe('the files of a workspace', () => {
  test('are its own sources, without what others or builds put there, and without links', async () => {
    const folder = folderWith(
      'src/a.js',
      'node_modules/x/a.js',
      'packages/b/node_modules/x/a.js',
      '.git/a.js',
      '.venv/a.js',
      'dist/a.js',
      'docs/a.md',
    );
    symlinkSync(join(folder, 'src'), join(folder, 'linked'));
    const files = new WorkspaceFiles([folder], silentLog);
    await files.refresh();
    expect(files.named('A.js')).toEqual([`${folder}/src/a.js`]);
    expect(files.count).toBe(1);
  });

  test('are as many as may be, the shallow ones first', async () => {
    const folder = folderWith('a.js', 'b/a.js', 'b/c/a.js', 'b/c/d/a.js');
    const files = new WorkspaceFiles([folder], silentLog, { files: 2, folders: 100 });
    await files.refresh();
    expect(files.named('a.js')).toEqual([`${folder}/a.js`, `${folder}/b/a.js`]);
  });

  test('of folders inside each other are found once', () => {
    expect(outermostFolders(['/w/a/', '/w', '/v', '/w/b', '/w'])).toEqual(['/w', '/v']);
  });

  test('of a folder that does not exist are none', async () => {
    const files = new WorkspaceFiles(['/no/such/folder'], silentLog);
    await files.refresh();
    expect(files.count).toBe(0);
  });
});
