import type { StoredData } from '../../protocol/engine';
import { formatBytes } from '../status/statusText';
import { plural } from '../texts';

/** `442 MB on disk`, and of what. */
export function storedText({ own, others }: StoredData): { readonly label: string; readonly description: string } {
  const parts = [`this window ${formatBytes(own)}`];
  if (others.folders > 0) parts.push(othersText(others));
  return { label: `${formatBytes(own + others.bytes)} on disk`, description: parts.join(', ') };
}

/** `7 other workspaces 430 MB`. */
export function othersText({ folders, bytes }: StoredData['others']): string {
  return `${plural(folders, 'other workspace')} ${formatBytes(bytes)}`;
}

/** What becomes of other workspaces' data. `maxAgeDays`: 0 for no limit. */
export function keptText({ folders, inUse }: StoredData['others'], maxAgeDays: number): string {
  const open = inUse > 0 ? [`${inUse} of ${folders} ${inUse === 1 ? 'is' : 'are'} open and left alone.`] : [];
  const age =
    maxAgeDays > 0
      ? `What is not added to for ${plural(maxAgeDays, 'day')} is deleted anyway, but for pinned traces.`
      : 'Kept until it is deleted here.';
  return [...open, age].join(' ');
}
