import { packageFile, type PackageFile } from '../../../src/preload/stage0/packageFile';

/** The file of a package that has to be one. */
export function inPackage(filename: string): PackageFile {
  const file = packageFile(filename);
  if (!file) throw new Error(`${filename} is no file of a package`);
  return file;
}
