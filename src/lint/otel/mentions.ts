import type { FileModel } from '../model';

const known = new WeakMap<FileModel, Map<RegExp, boolean>>();

/** Whether the file's text has it; remembered, since every call of a name from a module asks. */
export function mentions(file: FileModel, pattern: RegExp): boolean {
  let ofFile = known.get(file);
  if (!ofFile) known.set(file, (ofFile = new Map()));
  let found = ofFile.get(pattern);
  if (found === undefined) ofFile.set(pattern, (found = pattern.test(file.text)));
  return found;
}
