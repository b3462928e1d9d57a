import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { silentLog } from '../../../../src/base/log';
import { pathKey } from '../../../../src/base/paths';
import type { PathMapping } from '../../../../src/model/pathMapping';
import { WorkspacePaths, type WorkspacePathsOptions } from '../../../../src/sources/paths/workspacePaths';

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with these files, empty or with the text given. */
export function folderWith(...files: readonly (string | readonly [path: string, text: string])[]): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'paths-')));
  made.push(folder);
  for (const file of files) {
    const [path, text] = typeof file === 'string' ? [file, ''] : file;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return pathKey(folder);
}

export function mapping(from: string, to: string, service?: string): PathMapping {
  return { from, to, said: 'the setting', ...(service && { service }) };
}

export interface TestPaths {
  readonly paths: WorkspacePaths;
  /** The file of the workspace that the path means, relative to its folder; or the path as it is. */
  file(path: string, service?: string): string;
}

/** Asks once for a path that nobody has, so that the workspace is walked, and waits for that. */
export async function pathsOf(
  folder: string,
  mappings: readonly PathMapping[] = [],
  options: Partial<WorkspacePathsOptions> = {},
): Promise<TestPaths> {
  let walked = (): void => {};
  const done = new Promise<void>((resolve) => (walked = resolve));
  const onChange = (): void => {
    options.onChange?.();
    walked();
  };
  const paths = new WorkspacePaths({ folders: [folder], mappings }, { log: silentLog, ...options, onChange });
  writeFileSync(join(folder, 'found-by-its-end.js'), '');
  paths.map('/elsewhere/found-by-its-end.js');
  await done;
  return {
    paths,
    file: (path, service) => paths.map(path, service).path.replace(`${folder}/`, ''),
  };
}
