import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Conditions of `exports`, from what is nearest to the source. */
const CONDITIONS = ['source', 'development', 'types', 'import', 'module', 'node', 'require', 'default'] as const;
const FIELDS = ['source', 'types', 'typings', 'module', 'main'] as const;
/** Folders that builds write into, with what they name inside for each format. */
const BUILT =
  /^(?:\.\/)?(?:dist|build|lib|out|output|esm|cjs|es)(?:\/(?:src|esm|cjs|es|commonjs|module|types|node))?\//;
const SOURCE_FOLDERS = ['src/', '', 'lib/', 'source/'];
const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

type Exported = string | null | readonly Exported[] | { readonly [key: string]: Exported };

/**
 * The source file behind an entry of a package, such as `.` or `./client`: what its manifest names, where that is a source, or the source
 * that it is built from. Undefined when there is none.
 */
export function sourceEntry(home: string, entry: string): string | undefined {
  const manifest = readManifest(home);
  if (!manifest) return undefined;
  const exported = manifest['exports'] as Exported | undefined;
  const named = exported === undefined ? [] : targets(exported, entry);
  const main =
    entry === '.' ? FIELDS.flatMap((field) => (typeof manifest[field] === 'string' ? [manifest[field]] : [])) : [];
  const wanted = [...named, ...main, entry === '.' ? 'index' : entry.slice(2)].map((target) =>
    target.replace(/^\.\//, ''),
  );
  for (const target of wanted) {
    const found = sourceOf(home, target);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sourceOf(home: string, target: string): string | undefined {
  if (isSource(target) && isFile(join(home, target))) return join(home, target);
  const stem = target.replace(BUILT, '').replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');
  const stems = SOURCE_FOLDERS.flatMap((folder) => [
    folder + stem,
    ...(stem === 'index' ? [] : [`${folder}${stem}/index`]),
  ]);
  // The name of a built file may be that of a format: then the entry has the usual name.
  for (const each of [
    ...stems,
    ...(/^(?:index|main)\b/.test(stem) ? SOURCE_FOLDERS.map((folder) => `${folder}index`) : []),
  ])
    for (const ending of ENDINGS) if (isFile(join(home, each + ending))) return join(home, each + ending);
  return undefined;
}

/** What a manifest's `exports` names for an entry, the likeliest to be a source first. */
function targets(exported: Exported, entry: string): string[] {
  const isMap = typeof exported === 'object' && exported !== null && !Array.isArray(exported);
  const byEntry = isMap && Object.keys(exported).some((key) => key.startsWith('.'));
  if (!byEntry) return entry === '.' ? strings(exported) : [];
  const map = exported as { readonly [key: string]: Exported };
  if (entry in map) return strings(map[entry]);
  for (const [pattern, value] of Object.entries(map)) {
    const [before, after] = pattern.split('*');
    if (after === undefined || !entry.startsWith(before) || !entry.endsWith(after)) continue;
    const star = entry.slice(before.length, entry.length - after.length);
    return strings(value).map((target) => target.replaceAll('*', star));
  }
  return [];
}

function strings(exported: Exported): string[] {
  if (exported === null) return [];
  if (typeof exported === 'string') return [exported];
  if (isList(exported)) return exported.flatMap(strings);
  const rank = (key: string) => {
    const index = (CONDITIONS as readonly string[]).indexOf(key);
    return index < 0 ? CONDITIONS.length : index;
  };
  return Object.entries(exported)
    .sort(([a], [b]) => rank(a) - rank(b))
    .flatMap(([, value]) => strings(value));
}

function isList(exported: Exported): exported is readonly Exported[] {
  return Array.isArray(exported);
}

function isSource(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path) && !BUILT.test(path);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function readManifest(home: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Record<string, unknown>;
  } catch {
    return undefined; // gone, or being edited
  }
}
