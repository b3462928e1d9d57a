import { dirname, posix } from 'node:path';
import { rules } from '../../../src/lint/index';
import { lintSource, type LintRequest, type LintResult } from '../../../src/lint/lintSource';
import type { FileModel, ModuleLinker } from '../../../src/lint/model';
import { ParsedFile } from '../../../src/lint/parsedFile';
import type { ProjectFacts, Rule } from '../../../src/lint/rule';
import { installedSemconv, SEMCONV_PACKAGE } from '../../../src/lint/semconv/installed';
import { offersAt } from '../../../src/lint/refactorings/offers';
import type { OfferedRefactoring } from '../../../src/lint/refactorings/refactoring';
import type { TypeOracle } from '../../../src/lint/types/typeOracle';
import { Registry } from '../../../src/base/registry';
import { logTo } from '../../../src/base/log';

export interface LintTextOptions {
  readonly path?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly wrappers?: readonly string[];
  readonly rule?: string;
  readonly types?: TypeOracle;
  readonly sites?: boolean;
}

export const ROOT = '/project';

const failing = logTo((level, message) => {
  if (level === 'error') throw new Error(message);
});

/** Lints one text as a file of a small project that is held in memory. */
export function lintText(text: string, options: LintTextOptions = {}): LintResult {
  const path = `${ROOT}/${options.path ?? 'main.ts'}`;
  const only = options.rule === undefined ? undefined : rules.get(options.rule);
  if (options.rule !== undefined && !only) throw new Error(`No rule is called ${options.rule}`);
  return lintSource(only ? new Registry<Rule>('rule', [only]) : rules, requestFor(path, text, options));
}

export function requestFor(path: string, text: string, options: LintTextOptions): LintRequest {
  return {
    path,
    text,
    options: { wrappers: options.wrappers ?? [] },
    project: projectOf(options.files ?? {}),
    modules: linkerOf(options.files ?? {}),
    types: options.types,
    ...(options.sites && { sites: true, reportUnused: true }),
    log: failing,
  };
}

/** The refactorings for what stands between the first two marks `^` of the text, or at the only one. */
export function refactoringsOf(
  marked: string,
  options: LintTextOptions & { readonly asked?: boolean } = {},
): { code: string; offered: OfferedRefactoring[] } {
  const [before, selected, after] = marked.split('^');
  const code = after === undefined ? before + selected : before + selected + after;
  const path = `${ROOT}/${options.path ?? 'main.ts'}`;
  const request = requestFor(path, code, options);
  const file = new ParsedFile(path, code, request.modules);
  const end = after === undefined ? before.length : before.length + selected.length;
  return { code, offered: offersAt(file, request, { start: before.length, end, asked: options.asked ?? false }) };
}

/** Modules that are no paths are packages of the same repository, in `packages/<name>/index.ts`. */
export function linkerOf(files: Readonly<Record<string, string>>): ModuleLinker {
  const opened = new Map<string, FileModel>();
  const link: ModuleLinker = (from, specifier) => {
    const base = specifier.startsWith('.') ? posix.join(dirname(from), specifier) : `${ROOT}/packages/${specifier}`;
    for (const ending of ['', '.ts', '.js', '/index.ts']) {
      const path = base + ending;
      const text = files[path.slice(ROOT.length + 1)];
      if (text === undefined) continue;
      const known = opened.get(path) ?? new ParsedFile(path, text, link);
      opened.set(path, known);
      return known;
    }
    return undefined;
  };
  return link;
}

export function projectOf(files: Readonly<Record<string, string>>): ProjectFacts {
  const manifest = JSON.parse(files['package.json'] ?? '{}') as {
    name?: string;
    type?: string;
    scripts?: Record<string, string>;
    dependencies?: Record<string, string>;
  };
  const dependsOn = (name: string) => manifest.dependencies?.[name] !== undefined;
  return {
    dependsOn,
    semconv: dependsOn(SEMCONV_PACKAGE) ? installedSemconv(`node_modules/${SEMCONV_PACKAGE}`) : undefined,
    packageName: manifest.name,
    isEsModule: manifest.type === 'module',
    scripts: Object.values(manifest.scripts ?? {}),
    environmentFile: (variable) =>
      Object.keys(files).find((name) => !/\.[jt]s$/.test(name) && files[name].includes(variable)),
  };
}

/** Takes the marks `«…»` out of an example and gives the ranges that they enclosed. */
export function unmark(marked: string): { code: string; ranges: string[]; offsets: number[] } {
  const ranges: string[] = [];
  const offsets: number[] = [];
  let code = '';
  let rest = marked;
  for (;;) {
    const open = rest.indexOf('«');
    if (open < 0) return { code: code + rest, ranges, offsets };
    const close = rest.indexOf('»', open);
    code += rest.slice(0, open);
    offsets.push(code.length);
    ranges.push(rest.slice(open + 1, close));
    code += rest.slice(open + 1, close);
    rest = rest.slice(close + 1);
  }
}

/** Draws the findings of a rule into the text, as examples are written. */
export function mark(text: string, findings: readonly { start: number; end: number }[]): string {
  let drawn = text;
  for (const { start, end } of [...findings].sort((a, b) => b.start - a.start))
    drawn = `${drawn.slice(0, start)}«${drawn.slice(start, end)}»${drawn.slice(end)}`;
  return drawn;
}
