/** A bundle of its own, `dist/launchChange.js`: loaded when a launch.json is to be changed. */
import { applyEdits, type Edit, findNodeAtLocation, getNodeValue, modify, parseTree } from 'jsonc-parser';

/** What is to be different in a launch configuration. */
export interface LaunchChange {
  /** Null takes a variable away, wherever it comes from. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Go behind those that are there, once. */
  readonly runtimeArgs?: readonly string[];
}

/**
 * The text of a launch.json with a configuration changed, and where the first change begins; all else stays as it is written.
 * Undefined where no configuration has that name, or the change is there already.
 */
export function changeLaunch(
  text: string,
  name: string,
  change: LaunchChange,
): { readonly text: string; readonly offset: number } | undefined {
  const configurations: unknown = valueAt(text, ['configurations']);
  if (!Array.isArray(configurations)) return undefined;
  const index = configurations.findIndex((each: { name?: unknown } | null) => each?.name === name);
  if (index < 0) return undefined;
  const path = ['configurations', index];
  let changed = text;
  let offset = Infinity;
  const put = (at: (string | number)[], value: unknown): void => {
    const edits = modify(changed, [...path, ...at], value, { formattingOptions: formattingOf(text) });
    for (const edit of edits) offset = Math.min(offset, startOf(edit));
    changed = applyEdits(changed, edits);
  };
  for (const [key, value] of Object.entries(change.env ?? {})) {
    const present = valueAt(changed, [...path, 'env', key]);
    if (value !== null) put(['env', key], value);
    // What is not written here comes from a file or from the editor: null takes that away, too.
    else if (present !== null) put(['env', key], typeof present === 'string' ? undefined : null);
  }
  const args = valueAt(changed, [...path, 'runtimeArgs']);
  const present = Array.isArray(args) ? (args as unknown[]) : [];
  const wanted = change.runtimeArgs ?? [];
  if (wanted.length > 0 && !present.includes(wanted.at(-1))) put(['runtimeArgs'], [...present, ...wanted]);
  return changed === text ? undefined : { text: changed, offset };
}

function valueAt(text: string, path: (string | number)[]): unknown {
  const root = parseTree(text);
  const node = root && findNodeAtLocation(root, path);
  return node && getNodeValue(node);
}

function startOf({ offset, content }: Edit): number {
  return offset + (/^\s*/.exec(content)?.[0].length ?? 0);
}

function formattingOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const [, indent = '  '] = /\n([ \t]+)\S/.exec(text) ?? [];
  return { insertSpaces: !indent.includes('\t'), tabSize: indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}
