import type { Disposable } from '../base/disposables';
import type { OperationLocator } from '../model/operation';
import type { SourceLocation } from '../model/sourceLocation';
import type { Span } from '../model/span';
import { SITE_LANGUAGES, siteLanguage, type SiteLanguage, type SpanSitesChange } from '../protocol/spanSites';
import { askedFor } from '../sources/locators/askedFor';
import { CallSiteIndex } from '../sources/locators/callSiteIndex';
import { CodeStacks } from '../sources/locators/codeStack';
import { createLocators, locateBy, operationOf } from '../sources/locators/index';
import type { Locator } from '../sources/locators/locator';
import { SiteIndex } from '../sources/sites/siteIndex';
import type { StackSources } from '../sources/stackSources';
import type { SpanStore } from '../store/spanStore';

/** Milliseconds of the engine's thread that counting by operation may take at a time, and how long it then rests. */
const SLICE_MS = 6;
const REST_MS = 25;
/** Generations above a span that are looked at for one with a line. */
const MOST_ANCESTORS = 64;

export interface SpanLocatingParts {
  readonly store: () => SpanStore;
  readonly stacks: StackSources;
  /** Statistics of lines changed without a span having come. */
  readonly onMore: () => void;
  readonly onWanted: (languages: readonly SiteLanguage[]) => void;
}

/** Finds the lines of spans that do not say them, by all that the engine knows. */
export class SpanLocating implements Disposable {
  private readonly sites = new SiteIndex();
  private readonly index = new CallSiteIndex(this.sites);
  private readonly locators: Iterable<Locator>;
  private readonly wanted = new Set<SiteLanguage>();
  private timer: NodeJS.Timeout | undefined;

  /** Finds what the spans of an operation have in common: counted where that is. */
  readonly operations: OperationLocator;

  constructor(private readonly parts: SpanLocatingParts) {
    const { index } = this;
    const { stacks } = parts;
    const codeStacks = new CodeStacks(stacks);
    this.operations = {
      get generation() {
        return index.generation + stacks.generation;
      },
      locate: (operation) => codeStacks.locate(operation) ?? index.locate(operation),
    };
    this.locators = createLocators(this.operations, stacks, askedFor(index));
  }

  put(change: SpanSitesChange): void {
    this.sites.put(change);
  }

  /** To be called before changes are told: counts what came, or the first of it. */
  advance(): void {
    const store = this.parts.store();
    const isThrough = store.locateOperations(SLICE_MS);
    this.want(store.takeUnlocatedLanguages().flatMap(languagesOf));
    if (isThrough || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.parts.onMore();
    }, REST_MS);
  }

  /** Each language is asked for once. */
  want(languages: readonly SiteLanguage[]): void {
    const fresh = [...new Set(languages)].filter((language) => !this.wanted.has(language));
    for (const language of fresh) this.wanted.add(language);
    if (fresh.length > 0) this.parts.onWanted(fresh);
  }

  locationOf(span: Span): SourceLocation | undefined {
    return locateBy(this.locators, { span, operation: operationOf(span), ancestors: () => this.ancestors(span) });
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private *ancestors(span: Span): Generator<Span> {
    const store = this.parts.store();
    let current: Span | undefined = span;
    for (let i = 0; i < MOST_ANCESTORS && current?.parentSpanId; i++) {
      current = store.span(current.traceId, current.parentSpanId);
      if (current) yield current;
    }
  }
}

/** `sdk`: as `telemetry.sdk.language` has it; of one that says nothing, all that there are. */
function languagesOf(sdk: string): readonly SiteLanguage[] {
  return sdk === '' ? SITE_LANGUAGES : [siteLanguage(sdk) ?? []].flat();
}
