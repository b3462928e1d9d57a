import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { ARTIFACTS, REPOSITORY } from './paths';

/** Packages the extension that brings debuggers of other languages, and gives its path. */
export async function packageAdapters(): Promise<string> {
  const packagePath = join(ARTIFACTS, 'adapters.vsix');
  await mkdir(ARTIFACTS, { recursive: true });
  const cwd = join(REPOSITORY, 'test', 'vscode', 'adapters');
  await createVSIX({ cwd, packagePath, dependencies: false, allowMissingRepository: true, skipLicense: true });
  return packagePath;
}
