import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { silentLog } from '../../../src/base/log';
import { pathKey } from '../../../src/base/paths';
import { SiteIndexer } from '../../../src/analysis/sites/siteIndexer';
import { Workspace } from '../../../src/analysis/workspace';
import type { FileSpanSites, SpanSitesChange } from '../../../src/protocol/spanSites';
import { patternText } from '../../../src/sources/sites/sitePattern';

/** A folder with these files, and the index of it. */
export function workspaceOf(
  files: Readonly<Record<string, string>>,
  wrappers: readonly string[] = [],
  moreRoots: readonly string[] = [],
) {
  const root = mkdtempSync(join(tmpdir(), 'spanline-sites-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const changes: SpanSitesChange[] = [];
  const write = (name: string, text: string): string => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const workspace = new Workspace({ open: () => undefined });
  const indexer = new SiteIndexer({
    roots: () => [...moreRoots, root],
    wrappers: () => wrappers,
    link: workspace.link,
    turn: () => new Promise(setImmediate),
    send: (change) => changes.push(change),
    log: silentLog,
  });
  return {
    root: pathKey(root),
    path: (name: string) => join(root, name),
    write,
    indexer,
    workspace,
    changes,
    /** `file:line kind name [tracer]` of all that was told first. */
    async sites(): Promise<string[]> {
      await indexer.start();
      return drawn(changes[0].files, pathKey(root));
    },
  };
}

export function drawn(files: readonly FileSpanSites[], root: string): string[] {
  return files.flatMap(({ path, sites }) =>
    sites.map(({ kind, name, line, tracer }) => {
      const file = path.slice(root.length + 1);
      return `${file}:${line} ${kind} ${patternText(name)}${tracer === undefined ? '' : ` [${tracer}]`}`;
    }),
  );
}
