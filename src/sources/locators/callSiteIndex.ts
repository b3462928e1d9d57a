import type { Operation, OperationLocator } from '../../model/operation';
import type { Confidence, SourceLocation, SourcePlace } from '../../model/sourceLocation';
import { SITE_LANGUAGES, siteLanguage, type SiteLanguage } from '../../protocol/spanSites';
import { placeScore, servesOperation } from '../sites/candidates';
import type { IndexedSite, SiteIndex } from '../sites/siteIndex';
import { patternText } from '../sites/sitePattern';
import { saysLittle, siteNames } from '../sites/siteNames';

const WITH_METHOD = /^[A-Z]+ /;
/** More than a person looks through. */
const MOST_ALTERNATIVES = 20;

/**
 * Finds the code that makes an operation's spans by what the workspace's sources say. Never certain: `likely` where one place alone
 * makes spans of the name and the service or tracer speaks for it, else `possible`.
 */
export class CallSiteIndex implements OperationLocator {
  constructor(private readonly sites: SiteIndex) {}

  get generation(): number {
    return this.sites.generation;
  }

  locate(operation: Operation): SourceLocation | undefined {
    const candidates = this.candidates(operation);
    if (candidates.length === 0) return undefined;
    const best = Math.max(...candidates.map(({ score }) => score));
    const chosen = distinctLines(candidates.filter(({ score }) => score === best));
    // Requests go by their method alone: of many places that make them none is meant.
    if (chosen.length > 1 && (chosen[0].site.kind === 'client' || saysLittle(operation.name))) return undefined;
    if (isStrangersRoute(chosen[0], operation)) return undefined;
    return toLocation(chosen, this.isSoleProject(chosen[0].site), tellsPlace(chosen[0].site, operation));
  }

  /** The only call that asks for what the span asks for, else undefined. `asked` is how the span may have it, the fullest first. */
  locateAsked(operation: Operation, asked: readonly string[]): SourceLocation | undefined {
    if (operation.kind !== 'client') return undefined;
    const languages = languagesOf(operation).filter((language) => this.sites.isComplete(language));
    const fits = ({ kind, file }: IndexedSite) => kind === 'client' && languages.includes(file.language);
    for (const text of asked) {
      const all = this.sites.askingFor(text, fits).map((site) => ({ site, score: placeScore(site, operation) }));
      const best = Math.max(...all.map(({ score }) => score));
      const chosen = all.filter(({ score }) => score === best);
      if (chosen.length > 0)
        return toLocation(chosen, this.isSoleProject(chosen[0].site), !this.hasRivals(chosen[0].site), ASKED);
    }
    return undefined;
  }

  /** Calls of the same program that may ask for anything: helpers that are handed what to ask. */
  private hasRivals({ name, file }: IndexedSite): boolean {
    const anything = (each: IndexedSite) => !each.asks && each.kind === 'client' && each.file.project === file.project;
    return this.sites.named(name.join(''), anything).length > 0;
  }

  private candidates(operation: Operation): Candidate[] {
    const languages = languagesOf(operation).filter((language) => this.sites.isComplete(language));
    if (languages.length === 0) return [];
    const fits = (site: IndexedSite) => languages.includes(site.file.language) && servesOperation(site, operation);
    for (const name of siteNames(operation)) {
      const fitting = this.sites.named(name, fits);
      if (fitting.length > 0) return fitting.map((site) => ({ site, score: placeScore(site, operation) }));
    }
    return [];
  }

  private isSoleProject({ file }: IndexedSite): boolean {
    return this.sites.projects(file.language).size === 1;
  }
}

/** A route that nothing here registers, of a service that is none of ours: another window's, say. */
function isStrangersRoute({ site, score }: Candidate, { name }: Operation): boolean {
  return site.kind === 'server' && score === 0 && name.includes(' /');
}

/** Not where packages may have set up the same: routes that none of the sites has, functions of other packages. */
function tellsPlace({ kind, name: pieces, functionName }: IndexedSite, { name, kind: spanKind }: Operation): boolean {
  if (kind === 'server') return !name.includes(' /');
  // What takes every method is often but a guard in front of what answers.
  if (kind === 'route' && spanKind === 'server') return WITH_METHOD.test(pieces[0]) || !WITH_METHOD.test(name);
  return kind === 'middleware' ? functionName !== undefined : kind !== 'client';
}

interface Candidate {
  readonly site: IndexedSite;
  readonly score: number;
}

/** Several methods of one route, or calls of one line, are one place. */
function distinctLines(candidates: readonly Candidate[]): Candidate[] {
  const byLine = new Map(candidates.map((each) => [`${each.site.file.path}:${each.site.line}`, each]));
  return [...byLine.values()];
}

function languagesOf({ language }: Operation): readonly SiteLanguage[] {
  if (language === '') return SITE_LANGUAGES;
  const known = siteLanguage(language);
  return known ? [known] : [];
}

function toLocation(
  chosen: readonly Candidate[],
  isSoleProject: boolean,
  isTelling: boolean,
  asked?: typeof ASKED,
): SourceLocation {
  const [{ site, score }, ...others] = chosen;
  const alternatives = others.slice(0, MOST_ALTERNATIVES).map((other) => placeOf(other.site));
  const isPattern = asked ? false : site.name.length > 1;
  const isSpokenFor = score > 0 || (isSoleProject && !isPattern);
  const confidence: Confidence = others.length === 0 && isSpokenFor && isTelling ? 'likely' : 'possible';
  return {
    ...placeOf(site),
    confidence,
    reason: reasonOf(site, score, others.length, isSoleProject, asked),
    ...(alternatives.length > 0 && { alternatives }),
  };
}

/** What is the same of span and call where neither's name tells. */
const ASKED = 'this statement or address';

const WHAT: Readonly<Record<IndexedSite['kind'], string>> = {
  span: 'span name',
  decorator: 'decorated function',
  route: 'route',
  client: 'call',
  middleware: 'middleware',
  server: 'server',
};

function reasonOf(site: IndexedSite, score: number, others: number, isSoleProject: boolean, asked?: string): string {
  const what = asked ?? whatOf(site);
  if (others > 0) return `one of ${others + 1} places in the sources with ${what}`;
  const doubt = score > 0 || isSoleProject ? '' : ', though nothing ties the service to this package';
  return `the only place in the sources with ${what}${doubt}`;
}

function whatOf({ kind, name }: IndexedSite): string {
  if (name.length > 1) return `a ${WHAT[kind]} like ${patternText(name)}`;
  if (kind === 'server') return 'a server';
  return kind === 'client' ? 'such a call' : `this ${WHAT[kind]}`;
}

function placeOf({ file, line, column, functionName }: IndexedSite): SourcePlace {
  return { path: file.path, line, column, ...(functionName !== undefined && { functionName }) };
}
