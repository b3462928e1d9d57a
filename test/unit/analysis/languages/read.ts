import { mkdtempSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Grammars } from '../../../../src/analysis/languages/grammars';
import { languageReaders } from '../../../../src/analysis/languages/index';
import type { SiteLanguage, SpanSite } from '../../../../src/protocol/spanSites';

const require = createRequire(import.meta.url);

/** Runtime and grammars side by side, as the package has them. */
export function grammarFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'grammars-'));
  const runtime = require.resolve('web-tree-sitter/web-tree-sitter.wasm');
  symlinkSync(runtime, join(folder, 'web-tree-sitter.wasm'));
  const grammars = join(dirname(dirname(dirname(runtime))), 'node_modules', '@vscode/tree-sitter-wasm/wasm');
  for (const { grammar } of languageReaders) symlinkSync(join(grammars, grammar), join(folder, grammar));
  return folder;
}

const grammars = new Grammars(grammarFolder());

export async function read(language: SiteLanguage, text: string): Promise<SpanSite[]> {
  const reader = languageReaders.get(language)!;
  if (!reader.hint.test(text)) return [];
  return (await grammars.parser(reader)).sites(text);
}

/** Sites as `3 span "checkout" in pay by shop`: line, kind, name with `*` for its holes, function, tracer. */
export async function drawn(language: SiteLanguage, text: string): Promise<string[]> {
  const sites = await read(language, text);
  return sites.map(({ line, kind, name, functionName, tracer }) =>
    [`${line} ${kind} "${name.join('*')}"`, functionName && `in ${functionName}`, tracer && `by ${tracer}`]
      .filter(Boolean)
      .join(' '),
  );
}
