/**
 * Places in source that make spans, as an index of the workspace finds them without running anything. Whoever reads a language
 * sends what it finds by {@link EngineApi.spanSites}; the engine looks spans up there whose line nobody recorded.
 */

/** Languages that an index may know. JavaScript stands for TypeScript as well. */
export const SITE_LANGUAGES = ['javascript', 'python', 'go', 'java', 'csharp'] as const;
export type SiteLanguage = (typeof SITE_LANGUAGES)[number];

/**
 * `span`: a call that starts a span. `decorator`: a decorator or annotation on a function that becomes a span.
 * `route`: where a handler is registered, for server spans. `client`: a call over the network, for client spans.
 * `middleware`: where a function is set up that runs for requests. `server`: where a server is made, under {@link SERVER_SITE}.
 */
export type SpanSiteKind = 'span' | 'decorator' | 'route' | 'client' | 'middleware' | 'server';

/** Name of all `server` sites: spans of a server that know no route go by their method alone. */
export const SERVER_SITE = 'a server';

export interface SpanSite {
  readonly kind: SpanSiteKind;
  /**
   * The span's name as the pieces of text between what is only known at run time: `['checkout']` is always `checkout`,
   * `['user ', '']` begins with `user `. Never a single hole: a site whose name is not known at all is left out. A route's
   * name is method and path as the framework has them: `['GET /users/:id']`; without a method, `['/users/:id']`.
   */
  readonly name: readonly string[];
  /** 1-based, of what a user would point at: the call, the registration, the decorated function. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** The function around it, or that it decorates. */
  readonly functionName?: string;
  /**
   * What a `client` call asks for, in pieces like {@link name}: a statement as {@link plainStatement} writes it, or a URL. It tells
   * calls apart whose spans have the same name.
   */
  readonly asks?: readonly string[];
  /** What the tracer was got under (`getTracer('shop')`), where that is written down. */
  readonly tracer?: string;
}

/** A statement on one line, without what ends it. */
export function plainStatement(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/ ?;$/, '');
}

export interface FileSpanSites {
  /** Absolute path as {@link pathKey} writes it. */
  readonly path: string;
  readonly language: SiteLanguage;
  /** The folder of the nearest package.json, pyproject.toml, go.mod, …, as {@link pathKey} writes it: what is one program. */
  readonly project?: string;
  /** What the project may call itself as `service.name`: its package's name, a literal in its set-up. The surest first. */
  readonly services?: readonly string[];
  /** In source order; none when the file is gone or makes no spans any more. */
  readonly sites: readonly SpanSite[];
}

/** Files that are not named stay as they were told before. */
export interface SpanSitesChange {
  readonly files: readonly FileSpanSites[];
  /** Languages of which all files were looked at with this change: until then a name is not taken to be the only one. */
  readonly complete?: readonly SiteLanguage[];
}

/** Which language's index can know spans of a `telemetry.sdk.language`; undefined for those that nobody reads. */
export function siteLanguage(sdkLanguage: string): SiteLanguage | undefined {
  return LANGUAGE_OF_SDK.get(sdkLanguage);
}

const LANGUAGE_OF_SDK: ReadonlyMap<string, SiteLanguage> = new Map([
  ['nodejs', 'javascript'],
  ['webjs', 'javascript'],
  ['python', 'python'],
  ['go', 'go'],
  ['java', 'java'],
  ['dotnet', 'csharp'],
]);
