import type { PathMapping } from '../../model/pathMapping';

/**
 * What a debug configuration says about paths elsewhere, in whichever way its debugger has it: `remoteRoot` and `localRoot` (Node),
 * a list `pathMappings` of them (Python), an object `pathMappings` or `sourceFileMap` or `sourceMap` from there to here (PHP, .NET,
 * C++ and Rust), `substitutePath` from here to there (Go). Variables are filled in already.
 */
export function launchPathMappings(configuration: Readonly<Record<string, unknown>>): PathMapping[] {
  const { remoteRoot, localRoot, pathMappings, substitutePath, sourceFileMap, sourceMap, name } = configuration;
  const pairs = [
    [remoteRoot, localRoot],
    ...objects(pathMappings).map((entry) => [entry.remoteRoot, entry.localRoot]),
    ...objects(substitutePath).map(({ from, to }) => [to, from]),
    ...[pathMappings, sourceFileMap, sourceMap].flatMap(fromThereToHere),
  ];
  const said = `the debug configuration "${String(name)}"`;
  return pairs.flatMap(([from, to]) => (isPath(from) && isPath(to) ? [{ from, to, said }] : []));
}

function objects(list: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'object' && entry !== null) : [];
}

function fromThereToHere(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  // .NET's values may be objects with a path and an option.
  return Object.entries(value).map(([from, to]) => [from, (to as { path?: unknown } | null)?.path ?? (to as unknown)]);
}

/** A variable that nobody filled in is no path. */
function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('${');
}
