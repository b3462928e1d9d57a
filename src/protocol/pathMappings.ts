import { pathKey } from '../base/paths';
import type { PathMapping } from '../model/pathMapping';

export interface ParsedMappings {
  readonly mappings: readonly PathMapping[];
  /** What is wrong with the entries that were left out, in words for the user. */
  readonly faults: readonly string[];
}

const SETTING = 'spanline.pathMappings';
const SAID = `the setting "${SETTING}"`;
const EXAMPLE = '{ "from": "/app", "to": "${workspaceFolder}" }';

/**
 * Reads the setting: a list of `{ from, to, service? }`, as VS Code's debuggers have it `{ remoteRoot, localRoot }`, or an object
 * of `from: to`. `folder`: what `${workspaceFolder}` and a `to` that is not absolute are relative to; undefined in a window without
 * one.
 */
export function parsePathMappings(value: unknown, folder: string | undefined): ParsedMappings {
  const mappings: PathMapping[] = [];
  const faults: string[] = [];
  for (const [where, entry] of entriesOf(value)) {
    const mapping = readEntry(entry, folder);
    if (typeof mapping === 'string') faults.push(`"${SETTING}"${where} ${mapping}`);
    else mappings.push(mapping);
  }
  return { mappings, faults };
}

/** The setting with one entry more, in the form that it has. */
export function withMapping(value: unknown, entry: Pick<PathMapping, 'from' | 'to' | 'service'>): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const takesService = isObject && entry.service !== undefined;
  if (isObject && !takesService && !(entry.from in value)) return { ...value, [entry.from]: entry.to };
  const { from, to, service } = entry;
  const others: unknown[] = Array.isArray(value)
    ? value
    : isObject
      ? Object.entries(value).map(([from, to]) => ({ from, to: to as unknown }))
      : [];
  return [...others, { from, to, ...(service !== undefined && { service }) }];
}

function entriesOf(value: unknown): [where: string, entry: unknown][] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((entry, index) => [`, entry ${index + 1},`, entry]);
  if (typeof value !== 'object') return [['', value]];
  return Object.entries(value).map(([from, to]) => [`, entry ${JSON.stringify(from)},`, { from, to: to as unknown }]);
}

/** The mapping, or what is wrong with it. */
function readEntry(entry: unknown, folder: string | undefined): PathMapping | string {
  if (typeof entry !== 'object' || entry === null) return `is ${shown(entry)}; it should look like ${EXAMPLE}`;
  const { from, to, remoteRoot, localRoot, service } = entry as Partial<Record<string, unknown>>;
  const [remote, local] = [from ?? remoteRoot, to ?? localRoot];
  if (typeof remote !== 'string' || remote.trim() === '')
    return `has ${remote === undefined ? 'no "from"' : `${shown(remote)} for "from"`}; it names the folder as the program sees it, such as "/app"`;
  if (typeof local !== 'string' || local.trim() === '')
    return `has ${local === undefined ? 'no "to"' : `${shown(local)} for "to"`}; it names the folder on this machine, such as "\${workspaceFolder}"`;
  if (service !== undefined && (typeof service !== 'string' || service === ''))
    return `has ${shown(service)} for "service"; it should be the name of a service, or be left out`;
  const variable = /\$\{(?!workspace(?:Folder|Root)\})[^}]*\}/.exec(local)?.[0];
  if (variable !== undefined)
    return `uses ${variable}, which is not known here; of variables only \${workspaceFolder} is filled in`;
  const target = localPath(local.trim(), folder);
  if (target === undefined)
    return `leads to ${shown(local)}, which is relative to a folder, and this window has none open; write the whole path`;
  return { from: remote.trim(), to: target, ...(typeof service === 'string' && { service }), said: SAID };
}

const WORKSPACE = /\$\{workspace(?:Folder|Root)\}/g;

/** Undefined when it is relative to nothing. */
function localPath(path: string, folder: string | undefined): string | undefined {
  if (folder === undefined) return isWhole(path) ? pathKey(path) : undefined;
  const filled = pathKey(path.replace(WORKSPACE, () => folder));
  return isWhole(filled) ? filled : `${pathKey(folder)}/${filled.replace(/^\.\//, '')}`;
}

function isWhole(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\|file:)/i.test(path);
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? String(value);
}
