import { NO_FIXES } from '../../lint/rule';
import type { ScannedFile } from '../scan';
import { type WeighedBy, weighFindings, type WeighedFinding } from './weigh';

/** Files whose findings are held for the run time to speak of: their texts are held with them. */
const MOST_FILES = 500;

export interface ScannedFilesParts {
  /** What the run time says of a file. */
  of(uri: string, text: string): WeighedBy;
  /** From now on it is asked what the run time says of the file; or no more. */
  watch(uri: string, isWatched: boolean): void;
}

/** What a scan found in files that are not open, weighed by the run time as that of open ones is. */
export class ScannedFiles {
  private readonly files = new Map<string, ScannedFile>();

  constructor(private readonly parts: ScannedFilesParts) {}

  /** Undefined: nothing is left of what was found. */
  note(uri: string, scanned: ScannedFile | undefined): void {
    const isKnown = this.files.has(uri);
    if (scanned?.settings.evidence && scanned.findings.length > 0 && (isKnown || this.files.size < MOST_FILES)) {
      // Fixes are offered in open files alone, and would hold the parse of this one.
      const findings = scanned.findings.map((finding) => ({ ...finding, fixes: NO_FIXES }));
      this.files.set(uri, { ...scanned, findings });
      this.parts.watch(uri, true);
    } else if (this.files.delete(uri)) this.parts.watch(uri, false);
  }

  /** The document is open now: it is looked at by others. */
  opened(uri: string): void {
    this.files.delete(uri);
  }

  /** Undefined for a file that is not held. */
  known(uri: string): ScannedFile | undefined {
    return this.files.get(uri);
  }

  weighed(uri: string, { text, findings }: Pick<ScannedFile, 'text' | 'findings'>): readonly WeighedFinding[] {
    return this.files.has(uri) ? weighFindings({ text, findings }, this.parts.of(uri, text)) : findings;
  }
}
