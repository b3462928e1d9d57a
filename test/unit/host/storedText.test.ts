import { describe, expect, it } from 'vitest';
import { keptText, storedText } from '../../../src/host/stored/storedText';

const MB = 1024 * 1024;

describe('what is stored', () => {
  it('is told in one line, with the other workspaces where there are any', () => {
    const others = { bytes: 430 * MB, folders: 7, inUse: 0 };
    expect(storedText({ own: 12 * MB, others, code: 0 })).toEqual({
      label: '442 MB on disk',
      description: 'this window 12 MB, 7 other workspaces 430 MB',
    });
    const nobody = { bytes: 0, folders: 0, inUse: 0 };
    expect(storedText({ own: 0, others: nobody, code: 9 }).description).toBe('this window 0 KB');
  });

  it('says what becomes of it without being asked', () => {
    const others = { bytes: 1, folders: 7, inUse: 2 };
    expect(keptText(others, 30)).toMatch(/^2 of 7 are open and left alone\. .* 30 days .* pinned traces\.$/);
    expect(keptText({ ...others, inUse: 0 }, 0)).toBe('Kept until it is deleted here.');
  });
});
