import type { FileSpanSites, SiteLanguage, SpanSite, SpanSitesChange } from '../../protocol/spanSites';
import { ofAnyMethod } from './siteNames';
import { literalLength, matchesName } from './sitePattern';

/** A span site and the file that it stands in. */
export interface IndexedSite extends SpanSite {
  readonly file: FileSpanSites;
}

/** More than any workspace that is written by hand. */
const MAX_SITES = 100_000;

/** All span sites of the workspace, by name. */
export class SiteIndex {
  /** Rises with every change: what was looked up before may be another now. */
  generation = 0;
  private readonly files = new Map<string, FileSpanSites>();
  private readonly complete = new Set<SiteLanguage>();
  private literals = new Map<string, IndexedSite[]>();
  private patterns: IndexedSite[] = [];
  private asking: IndexedSite[] = [];
  private projectsOf = new Map<SiteLanguage, Set<string>>();
  private isStale = false;

  put({ files, complete = [] }: SpanSitesChange): void {
    for (const file of files) {
      if (file.sites.length === 0) this.files.delete(file.path);
      else this.files.set(file.path, file);
    }
    for (const language of complete) this.complete.add(language);
    this.isStale = true;
    this.generation++;
  }

  /** All files of the language were looked at: what has one candidate has no other. */
  isComplete(language: SiteLanguage): boolean {
    return this.complete.has(language);
  }

  /**
   * Sites whose name can be this one, of those that `fits` takes; patterns only where no site has the name itself, those that say
   * most of it.
   */
  named(name: string, fits: (site: IndexedSite) => boolean = () => true): readonly IndexedSite[] {
    this.refresh();
    const exact = this.literals.get(name)?.filter(fits) ?? [];
    if (exact.length > 0) return exact;
    let found: IndexedSite[] = [];
    let longest = 0;
    for (const site of this.patterns) {
      const length = literalLength(site.name);
      if (length < longest || !matchesName(site.name, name) || !fits(site)) continue;
      found = length > longest ? [site] : [...found, site];
      longest = length;
    }
    return found;
  }

  /** Calls that can ask for this, of those that `fits` takes: those that say most of it. Each line once. */
  askingFor(asked: string, fits: (site: IndexedSite) => boolean): readonly IndexedSite[] {
    this.refresh();
    const found = this.asking.filter((site) => matchesName(site.asks!, asked) && fits(site));
    const longest = Math.max(0, ...found.map(({ asks }) => literalLength(asks!)));
    const byLine = new Map(
      found
        .filter(({ asks }) => literalLength(asks!) === longest)
        .map((site) => [`${site.file.path}:${site.line}`, site]),
    );
    return [...byLine.values()];
  }

  /** Folders of the language's programs and libraries that have span sites. */
  projects(language: SiteLanguage): ReadonlySet<string> {
    this.refresh();
    return this.projectsOf.get(language) ?? new Set();
  }

  private refresh(): void {
    if (!this.isStale) return;
    this.isStale = false;
    this.literals = new Map();
    this.patterns = [];
    this.asking = [];
    this.projectsOf = new Map();
    let count = 0;
    const inOrder = [...this.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const file of inOrder) {
      if (file.sites.length > 0) addTo(this.projectsOf, file.language, file.project ?? '');
      for (const site of file.sites) {
        if (++count > MAX_SITES) return;
        this.add({ ...site, file });
        if (site.asks) this.asking.push({ ...site, file });
        if (site.kind === 'route') this.add({ ...site, name: ofAnyMethod(site.name), file });
      }
    }
  }

  private add(site: IndexedSite): void {
    if (site.name.length > 1) {
      if (literalLength(site.name) > 0) this.patterns.push(site);
      return;
    }
    const [name] = site.name;
    const same = this.literals.get(name);
    if (same) same.push(site);
    else this.literals.set(name, [site]);
  }
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}
