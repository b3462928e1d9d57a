import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globPattern } from './globs';
import { sourceEntry } from './packageEntries';

/** Folders below the root that packages are looked for in; `**` goes no deeper. */
const MAX_DEPTH = 5;

/**
 * Packages of the same repository by their names, as the workspaces of npm, yarn, pnpm and lerna list them. They are found without being
 * installed or built: a fresh clone has neither links nor `dist`.
 */
export class WorkspacePackages {
  private readonly rootByFolder = new Map<string, string | undefined>();
  private readonly byRoot = new Map<string, ReadonlyMap<string, string>>();

  /** The source file that an import of such a package means; undefined for packages of others and for what has no source. */
  resolve(folder: string, module: string): string | undefined {
    const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(module) ?? [];
    const root = name === undefined ? undefined : this.rootOf(folder);
    if (name === undefined || root === undefined) return undefined;
    const home = this.packagesOf(root).get(name);
    return home && sourceEntry(home, `.${module.slice(name.length)}`)?.replaceAll('\\', '/');
  }

  forget(): void {
    this.rootByFolder.clear();
    this.byRoot.clear();
  }

  private rootOf(folder: string): string | undefined {
    if (this.rootByFolder.has(folder)) return this.rootByFolder.get(folder);
    const parent = dirname(folder);
    // A repository ends where its history lies: what is above belongs to others.
    const isTop = parent === folder || existsSync(join(folder, '.git'));
    const root = patternsOf(folder) ? folder : isTop ? undefined : this.rootOf(parent);
    this.rootByFolder.set(folder, root);
    return root;
  }

  private packagesOf(root: string): ReadonlyMap<string, string> {
    const known = this.byRoot.get(root);
    if (known) return known;
    const packages = listed(root, patternsOf(root) ?? []);
    this.byRoot.set(root, packages);
    return packages;
  }
}

/** Where the packages of a workspace lie, relative to its root; undefined where the folder is the root of none. */
function patternsOf(folder: string): string[] | undefined {
  const pnpm = read(join(folder, 'pnpm-workspace.yaml'));
  if (pnpm !== undefined) return yamlList(pnpm, 'packages');
  const manifest = json(join(folder, 'package.json'))?.['workspaces'] ?? json(join(folder, 'lerna.json'))?.['packages'];
  const list = Array.isArray(manifest) ? manifest : (manifest as { packages?: unknown } | undefined)?.packages;
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : undefined;
}

/** The items of one list at the top of a YAML document, in either of its two notations. */
function yamlList(text: string, key: string): string[] {
  const [, inline, lines = ''] =
    new RegExp(`^${key}:[ \\t]*(\\[[^\\]]*\\])?[^\\n]*\\n?((?:[ \\t]*(?:-|#)[^\\n]*\\n?|\\s*\\n)*)`, 'm').exec(text) ??
    [];
  const items = inline === undefined ? lines.match(/^\s*-\s*.+$/gm) : inline.slice(1, -1).split(',');
  return (items ?? []).flatMap((item) => {
    const [, quoted, bare] = /^\s*-?\s*(?:['"]([^'"]*)['"]|([^\s#'"]+))/.exec(item) ?? [];
    return quoted ?? bare ?? [];
  });
}

function listed(root: string, patterns: readonly string[]): ReadonlyMap<string, string> {
  const wanted = patterns.filter((each) => !each.startsWith('!')).map(plain);
  const isWanted = wanted.map(folderTest);
  const isUnwanted = patterns.filter((each) => each.startsWith('!')).map((each) => folderTest(plain(each.slice(1))));
  const packages = new Map<string, string>();
  for (const folder of folders(root, wanted)) {
    if (!isWanted.some((test) => test(folder)) || isUnwanted.some((test) => test(folder))) continue;
    const name = json(join(root, folder, 'package.json'))?.['name'];
    if (typeof name === 'string' && !packages.has(name)) packages.set(name, join(root, folder));
  }
  return packages;
}

/** Folders that a pattern could mean, relative to the root. */
function folders(root: string, patterns: readonly string[]): string[] {
  const starts = new Set(patterns.map((pattern) => pattern.split(/\/?[^/]*[*{?[]/)[0]));
  const depth = Math.min(MAX_DEPTH, Math.max(0, ...patterns.map(depthOf)));
  const found: string[] = [];
  const pending = [...starts];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (folder !== '') found.push(folder);
    if (folder.split('/').length >= depth && folder !== '') continue;
    for (const name of subfolders(join(root, folder))) pending.push(folder === '' ? name : `${folder}/${name}`);
  }
  return [...new Set(found)];
}

/** A pattern means the folders that it names, and nothing below them. */
function folderTest(pattern: string): (folder: string) => boolean {
  const regular = globPattern(pattern);
  const isDeep = pattern.includes('**');
  const depth = depthOf(pattern);
  return (folder) => regular.test(folder) && (isDeep || folder.split('/').length === depth);
}

function depthOf(pattern: string): number {
  return pattern.includes('**') ? MAX_DEPTH : pattern.split('/').length;
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch {
    return []; // named in the workspace, but not there
  }
}

function plain(pattern: string): string {
  return pattern.replace(/^\.\//, '').replace(/\/+$/, '');
}

function json(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(read(path) ?? 'null') as Record<string, unknown> | undefined;
  } catch {
    return undefined; // being edited
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
