import { logTo } from '../../base/log';
import { applyEdits } from '../../lint/fixes/edits';
import { safeEdits } from '../../lint/fixes/safeEdits';
import { Engine, type EngineLimits } from '../engine';
import { scanSteps, tells, type ScannedFile, type ScanUnit } from '../scan';
import type { Note, OpenText, ReportedFile, UnitOptions, UnitReport } from './messages';

export interface Watcher {
  /** Undefined: at several files at once. */
  readonly looking: (path: string | undefined) => void;
  readonly done: (files: number) => void;
}

/** Scans units one after the other and tells of each what can go to another thread. */
export class UnitScanner {
  private readonly open = new Map<string, { readonly text: string; readonly version: number }>();
  private readonly engine: Engine;
  private notes: Note[] = [];
  private versions = 0;

  constructor(limits?: EngineLimits) {
    const log = logTo((level, message) => this.notes.push({ level, message }));
    this.engine = new Engine({ open: (path) => this.open.get(path) }, log, limits);
  }

  /** Documents that go before what the disk has. */
  documents(changed: readonly OpenText[]): void {
    for (const { path, text } of changed) {
      if (text === undefined) this.open.delete(path);
      else this.open.set(path, { text, version: ++this.versions });
      this.engine.changed(path);
    }
  }

  scan(unit: ScanUnit, { untyped, fix }: UnitOptions, watcher?: Watcher): UnitReport {
    const files: ReportedFile[] = [];
    for (const step of scanSteps(this.engine, unit, { untyped, looking: watcher?.looking })) {
      watcher?.done(step.finished);
      if (step.scanned && tells(step.scanned)) files.push(reported(step.scanned, fix === true));
    }
    const { notes } = this;
    this.notes = [];
    return { files: files.sort(byPath), notes };
  }
}

function reported(file: ScannedFile, fix: boolean): ReportedFile {
  const edits = fix ? safeEdits(file.findings) : [];
  return {
    ...file,
    findings: file.findings.map(({ fixes: _, ...plain }) => plain),
    ...(edits.length > 0 && { fixed: applyEdits(file.text, edits) }),
  };
}

/** Files that need no types are done first: not an order that anybody expects. */
function byPath(a: ReportedFile, b: ReportedFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
