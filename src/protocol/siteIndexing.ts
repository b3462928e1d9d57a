/** The contract between the extension host and the worker that reads span sites in languages other than TypeScript. */
import type { LogLevel } from '../base/log';
import type { SiteLanguage, SpanSitesChange } from './spanSites';

/** Handed to the worker as `workerData`. */
export interface SiteWorkerOptions {
  /** Folder of the grammars. */
  readonly grammars: string;
}

/** Languages that the worker reads. */
export const GRAMMAR_LANGUAGES: readonly SiteLanguage[] = ['python', 'go', 'java', 'csharp'];

/** Files whose changes the worker wants to hear of, as a glob. */
export const GRAMMAR_FILES = '**/*.{py,go,java,cs}';

/** Asked by the extension host. */
export interface SiteWorkerApi {
  /**
   * Tells all sites of these languages in the folders ({@link SiteWorkerEvents.found}), and what changes in them from now on.
   * `folders`: all of the workspace's; what was read in others is told to be gone.
   */
  index(languages: readonly SiteLanguage[], folders: readonly string[]): Promise<void>;
  /** Files that were written, made or deleted. */
  changed(paths: readonly string[]): Promise<void>;
}

/** Told by the worker. */
export interface SiteWorkerEvents {
  found(change: SpanSitesChange): void;
  log(level: LogLevel, message: string): void;
}
