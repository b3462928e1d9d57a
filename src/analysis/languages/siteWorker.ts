import type { Log } from '../../base/log';
import { pathKey } from '../../base/paths';
import type { SiteWorkerApi } from '../../protocol/siteIndexing';
import type { SiteLanguage, SpanSitesChange } from '../../protocol/spanSites';
import { Grammars } from './grammars';
import { languageReaders } from './index';
import { LanguageIndex } from './languageIndex';

/** Answers the extension host; see {@link SiteWorkerApi}. */
export class SiteWorker implements SiteWorkerApi {
  private readonly grammars: Grammars;
  private readonly indexes = new Map<SiteLanguage, LanguageIndex>();

  /** `grammars`: the folder of their files. */
  constructor(
    grammars: string,
    private readonly tell: (change: SpanSitesChange) => void,
    private readonly log: Log,
  ) {
    this.grammars = new Grammars(grammars);
  }

  async index(languages: readonly SiteLanguage[], folders: readonly string[]): Promise<void> {
    const roots = outermost(folders.map(pathKey));
    for (const language of languages) {
      this.indexes.get(language)?.dispose();
      const reader = languageReaders.get(language);
      if (!reader) continue;
      const index = new LanguageIndex(reader, roots, this.grammars, this.tell, this.log);
      this.indexes.set(language, index);
      await index.readAll();
    }
  }

  async changed(paths: readonly string[]): Promise<void> {
    const keys = paths.map(pathKey);
    await Promise.all([...this.indexes.values()].map((index) => index.changed(keys)));
  }
}

function outermost(folders: readonly string[]): string[] {
  return folders.filter((folder) => !folders.some((other) => other !== folder && folder.startsWith(`${other}/`)));
}
