import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TraceId } from '../model/ids';

/** Small texts beside a slot's segments. `note`: whatever the engine wants to know after a restart. `pins`: ids of pinned traces. */
type SlotText = 'note' | 'pins';
const ALL: readonly SlotText[] = ['note', 'pins'];
/** As many as the store remembers; of more, those pinned first are the ones that nobody has any more. */
const MOST_PINS = 1000;

/** In place of the one before, in one step; undefined takes it away. Throws what the file system throws. */
export function writeSlotText(folder: string, name: SlotText, text: string | undefined): void {
  const path = join(folder, name);
  if (text === undefined) return rmSync(path, { force: true });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function readSlotText(folder: string, name: SlotText): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return undefined;
  }
}

export function deleteSlotTexts(folder: string): void {
  for (const name of ALL) rmSync(join(folder, name), { force: true });
}

export function readPins(folder: string): ReadonlySet<TraceId> {
  const lines = readSlotText(folder, 'pins')?.split('\n') ?? [];
  return new Set(lines.filter((line): line is TraceId => /^[0-9a-f]{32}$/.test(line)));
}

/** Throws what the file system throws. */
export function writePins(folder: string, traceIds: ReadonlySet<TraceId>): void {
  writeSlotText(folder, 'pins', traceIds.size > 0 ? [...traceIds].slice(-MOST_PINS).join('\n') : undefined);
}
