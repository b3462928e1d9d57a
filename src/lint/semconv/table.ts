/** What the semantic conventions say of one outdated key. */
export interface Deprecation {
  /** `renamed`: one key takes its place in every case. `conditional`: it depends. `removed`: nothing does. */
  readonly kind: 'renamed' | 'conditional' | 'removed';
  /** Keys that the note names, in its order; the first one takes the place of a renamed key. */
  readonly replacements: readonly string[];
}

/** The keys and constants of one version of `@opentelemetry/semantic-conventions`. */
export interface SemconvTable {
  readonly version: string;
  /** By key, such as `http.url`. */
  readonly deprecated: ReadonlyMap<string, Deprecation>;
  /** By constant, such as `ATTR_URL_FULL`. */
  readonly constants: ReadonlyMap<string, SemconvConstant>;
}

export interface SemconvConstant {
  readonly key: string;
  /** Exported from the package's main entry, rather than from `/incubating` alone. */
  readonly stable: boolean;
  /** The constant that its note says to use, where it is outdated as a constant. */
  readonly insteadUse?: string;
}

/** One comment with the constant below it. */
const DECLARATION =
  /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*(?:export )?(?:declare )?const ([A-Z][A-Z0-9_]*)\s*(?::|=)\s*"([^"\n]*)"/g;
const NOTE = /@deprecated\s+((?:[^@]|@(?!\w))*)/;

/**
 * Reads declaration files of the package. `stable`: the texts of files whose constants the main entry exports.
 * Metrics' names are read as keys, too: both share one list of names.
 */
export function readSemconv(
  version: string,
  files: readonly { readonly text: string; readonly stable: boolean }[],
): SemconvTable {
  const deprecated = new Map<string, Deprecation>();
  const constants = new Map<string, SemconvConstant>();
  for (const { text, stable } of files)
    for (const [, comment, name, key] of text.matchAll(DECLARATION)) {
      const isAttribute = /^(ATTR|SEMATTRS|SEMRESATTRS|METRIC)_/.test(name);
      if (!isAttribute) continue;
      const note = NOTE.exec(comment)?.[1]
        ?.replace(/\n\s*\*\s?/g, ' ')
        .trim();
      const insteadUse = note === undefined ? undefined : /\bUse (ATTR_[A-Z0-9_]+)/.exec(note)?.[1];
      const before = constants.get(name);
      constants.set(name, {
        key: key,
        stable: stable || before?.stable === true,
        ...(insteadUse ? { insteadUse } : {}),
      });
      const deprecation = note === undefined || insteadUse ? undefined : readNote(note);
      if (deprecation && /^ATTR_/.test(name)) deprecated.set(key, deprecation);
    }
  return { version, deprecated, constants };
}

/** What a note means; undefined for one that only says that the definition moved house. */
export function readNote(note: string): Deprecation | undefined {
  if (/\bmoved to\b/i.test(note)) return undefined;
  const replacements = [...note.matchAll(/`([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)`/g)].map((match) => match[1]);
  const whole = note.replace(/\s+/g, ' ').trim();
  if (/^(?:Replaced by|Use)(?: the)? `[^`]+`(?: attribute)?(?: instead)?\.?$/.test(whole) && replacements.length === 1)
    return { kind: 'renamed', replacements };
  if (/^(?:Deprecated, no replacement|Removed|No replacement|Obsoleted)/i.test(whole) && replacements.length === 0)
    return { kind: 'removed', replacements };
  return { kind: 'conditional', replacements };
}

/** The constant for a key, as the package spells it. */
export function constantFor(key: string): string {
  return `ATTR_${key.replace(/[.-]/g, '_').toUpperCase()}`;
}
