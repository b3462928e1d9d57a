import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { EvidenceFeed, type Picture } from '../../../../src/analysis/evidence/evidenceFeed';
import { silentLog } from '../../../../src/base/log';
import type { EvidenceQuery } from '../../../../src/model/lineEvidence';
import { lineEvidence } from './lines';

const PATIENCE = { timeout: 20_000, interval: 5 };

function started(paces: { paceMs?: number; wordsPaceMs?: number }) {
  const folder = mkdtempSync(join(tmpdir(), 'spanline-evidence-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.ts');
  writeFileSync(path, 'run()\n');
  const uri = pathToFileURL(path).href;
  const asked: EvidenceQuery[] = [];
  const shown: Picture[] = [];
  const state = { roots: 0, gist: 'a' };
  const feed: EvidenceFeed = new EvidenceFeed({
    ask: (query) => {
      asked.push(query);
      return Promise.resolve({ lines: [lineEvidence({ roots: state.roots })] });
    },
    picture: () => {
      const roots = feed.of(uri, 'run()\n').lines[0]?.evidence.roots;
      return { gist: state.gist, words: `${state.gist} ${roots}` };
    },
    show: () => {
      const picture = { gist: state.gist, words: `${state.gist} ${feed.of(uri, 'run()\n').lines[0].evidence.roots}` };
      shown.push(picture);
      feed.showing(uri, picture);
    },
    log: silentLog,
    ...paces,
  });
  onTestFinished(() => feed.dispose());
  return { feed, uri, path, asked, shown, state };
}

it('Evidence is asked for when a document opens and when spans of it come, not when others do', async () => {
  const { feed, uri, path, asked } = started({ paceMs: 1 });
  await feed.opened(uri);
  await vi.waitFor(() => expect(asked).toHaveLength(1), PATIENCE);
  expect(asked[0].paths).toContain(path);
  feed.changed(['/elsewhere.ts']);
  feed.changed([path]);
  await vi.waitFor(() => expect(asked).toHaveLength(2), PATIENCE);
  feed.changed(undefined);
  await vi.waitFor(() => expect(asked).toHaveLength(3), PATIENCE);
});

it('Many changes are one question', async () => {
  const { feed, uri, path, asked } = started({ paceMs: 1 });
  await feed.opened(uri);
  for (let i = 0; i < 100; i++) feed.changed([path]);
  await vi.waitFor(() => expect(asked).toHaveLength(1), PATIENCE);
});

it('A picture that is the same is not shown again; one with another gist is at once', async () => {
  const { feed, uri, asked, shown, state } = started({ paceMs: 1, wordsPaceMs: 3_600_000 });
  await feed.opened(uri);
  await vi.waitFor(() => expect(shown).toHaveLength(1), PATIENCE);
  feed.changed(undefined);
  await vi.waitFor(() => expect(asked).toHaveLength(2), PATIENCE);
  Object.assign(state, { roots: 7 }); // words alone: not for an hour
  feed.changed(undefined);
  await vi.waitFor(() => expect(asked).toHaveLength(3), PATIENCE);
  expect(shown).toHaveLength(1);
  Object.assign(state, { gist: 'b' });
  feed.changed(undefined);
  await vi.waitFor(() => expect(shown.map(({ words }) => words)).toEqual(['a 0', 'b 7']), PATIENCE);
});

it('Words that changed are shown after a while, the last of them', async () => {
  const { feed, uri, shown, state } = started({ paceMs: 1, wordsPaceMs: 30 });
  await feed.opened(uri);
  await vi.waitFor(() => expect(shown).toHaveLength(1), PATIENCE);
  Object.assign(state, { roots: 7 });
  feed.changed(undefined);
  await vi.waitFor(() => expect(shown.at(-1)?.words).toBe('a 7'), PATIENCE);
});

it('Nothing is asked of a document that was closed', async () => {
  const { feed, uri, asked } = started({ paceMs: 1 });
  await feed.opened(uri);
  feed.closed(uri);
  feed.changed(undefined);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toEqual([]);
});
