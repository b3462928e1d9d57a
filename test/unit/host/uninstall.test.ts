import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../../src/base/log';
import { removeStored } from '../../../src/host/uninstall/removeStored';
import { noteStorage, readStorageNote } from '../../../src/host/uninstall/storageNote';

const ID = 'spanline.spanline';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spanline-uninstall-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function write(...path: string[]): string {
  const file = join(...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, 'x');
  return file;
}

/** A user's data folder with things of ours and of others. */
function userData() {
  const user = join(temporaryFolder(), 'User');
  const ofWorkspaces = join(user, 'workspaceStorage');
  const shared = join(user, 'globalStorage', ID);
  const ours = [
    write(ofWorkspaces, 'a', ID, 'journal', '1', '00000001.spj'),
    write(ofWorkspaces, 'b-1', ID, 'pauses.json'),
    write(shared, 'preload', 'preload.cjs'),
  ];
  const theirs = [
    write(ofWorkspaces, 'a', 'workspace.json'),
    write(ofWorkspaces, 'a', 'somebody.spanline', 'x'),
    write(ofWorkspaces, 'a', `${ID}-next`, 'x'),
    write(ofWorkspaces, 'c', 'state.vscdb'),
    write(user, 'globalStorage', 'somebody.else', 'x'),
    write(user, 'settings.json'),
  ];
  return { user, note: { ofWorkspaces: [ofWorkspaces], shared: [shared] }, ours, theirs };
}

const present = (files: readonly string[]) => files.filter((file) => existsSync(file));

describe('after the extension was uninstalled', () => {
  it('what it stored is deleted, in every workspace, and nothing else', async () => {
    const { note, ours, theirs } = userData();
    expect(await removeStored(note, ID)).toHaveLength(3);
    expect(present([...ours, ...theirs])).toEqual(theirs);
  });

  it('folders that are not called as ours are left alone, whatever the note says; links are not followed', async () => {
    const { user, theirs } = userData();
    const outside = write(temporaryFolder(), 'precious', 'file');
    symlinkSync(join(outside, '..'), join(user, 'workspaceStorage', 'c', ID), 'dir');
    await removeStored({ ofWorkspaces: [join(user, 'workspaceStorage'), '/nowhere'], shared: [user] }, ID);
    expect(present([...theirs, outside])).toEqual([...theirs, outside]);
  });

  it('the script finds by itself what to delete', () => {
    const { note, ours, theirs } = userData();
    const extension = join(temporaryFolder(), `${ID}-1.0.0`);
    write(extension, 'package.json');
    writeFileSync(join(extension, 'package.json'), JSON.stringify({ publisher: 'Spanline', name: 'spanline' }));
    writeFileSync(join(extension, 'storage.json'), JSON.stringify(note));
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const [program, script] = scripts['vscode:uninstall'].split(' ');
    expect(program).toBe('node');
    const entryPoints = ['src/host/uninstall/main.ts'];
    buildSync({ entryPoints, outfile: join(extension, script), bundle: true, platform: 'node', logLevel: 'error' });
    const { status, stderr } = spawnSync(process.execPath, [
      join(extension, script),
      '--type=extension-post-uninstall',
    ]);
    expect([status, stderr.toString()]).toEqual([0, '']);
    expect(present([...ours, ...theirs])).toEqual(theirs);
  });
});

describe('the note of where data are', () => {
  it('gathers the folders of all windows, and is written only when there is news', async () => {
    const extension = temporaryFolder();
    const one = { ofWorkspaces: ['/data/one'], shared: ['/data/s'] };
    await noteStorage(extension, one, silentLog);
    await noteStorage(extension, { ofWorkspaces: ['/data/two'], shared: ['/data/s'] }, silentLog);
    expect(await readStorageNote(extension)).toEqual({ ofWorkspaces: ['/data/one', '/data/two'], shared: ['/data/s'] });
    rmSync(join(extension, 'storage.json'));
    mkdirSync(join(extension, 'storage.json'));
    await noteStorage(extension, one, silentLog);
    expect(readdirSync(extension)).toEqual(['storage.json']);
  });

  it.each(['', '{', '[]', '{"ofWorkspaces":"/"}', '{"ofWorkspaces":["relative",7],"shared":null}'])(
    'that is none (%s) leads nowhere',
    async (text) => {
      const extension = temporaryFolder();
      writeFileSync(join(extension, 'storage.json'), text);
      expect(await readStorageNote(extension)).toEqual({ ofWorkspaces: [], shared: [] });
    },
  );
});
