import json from './bundled.json';
import { constantFor, type Deprecation, type SemconvConstant, type SemconvTable } from './table';

/** The outdated keys in the version that was current when this was built; for projects that have not installed the package. */
export const bundledSemconv: SemconvTable = fromJson(json);

export interface BundledJson {
  readonly version: string;
  /** `[kind, ...replacements]` by key. */
  readonly deprecated: Readonly<Record<string, readonly string[]>>;
  /** Of the keys above and their replacements, those that the main entry exports. */
  readonly stable: readonly string[];
}

export function toJson(table: SemconvTable): BundledJson {
  const deprecated: Record<string, string[]> = {};
  const mentioned = new Set<string>();
  for (const [key, { kind, replacements }] of [...table.deprecated].sort(([a], [b]) => (a < b ? -1 : 1))) {
    deprecated[key] = [kind, ...replacements];
    for (const each of [key, ...replacements]) mentioned.add(each);
  }
  const stable = [...mentioned].filter((key) => table.constants.get(constantFor(key))?.stable).sort();
  return { version: table.version, deprecated, stable };
}

function fromJson({ version, deprecated, stable }: BundledJson): SemconvTable {
  const byKey = new Map<string, Deprecation>();
  const constants = new Map<string, SemconvConstant>();
  const isStable = new Set(stable);
  const add = (key: string) => constants.set(constantFor(key), { key, stable: isStable.has(key) });
  for (const [key, [kind, ...replacements]] of Object.entries(deprecated)) {
    byKey.set(key, { kind: kind as Deprecation['kind'], replacements });
    for (const each of [key, ...replacements]) add(each);
  }
  return { version, deprecated: byKey, constants };
}
