import { pathToFileURL } from 'node:url';
import type { Disposable } from '../base/disposables';
import { errorMessage, type Log } from '../base/log';
import type { AnalysisSettings } from '../protocol/analysis';
import { isForeignFile, isTestFile } from '../lint/testFiles';
import type { Engine } from './engine';
import { relativeTo } from './paths';
import { filesOf, scanSteps, type ScannedFile } from './scan';
import { isLintedFile } from './sourceFiles';

export interface ScanProgress {
  report(done: number, of: number): void;
  done(files: number, findings: number): void;
  readonly isCancelled: boolean;
}

export interface WorkspaceScanParts {
  /** Of its own, so that the types of open documents stay: dropped when the scan is over. */
  readonly engine: () => Promise<Engine>;
  /** The one of the open documents, for single files. */
  readonly current: () => Promise<Engine>;
  readonly roots: () => readonly string[];
  /** As they are set, without the project's own configuration. */
  readonly settings: (uri: string) => AnalysisSettings;
  readonly isOpen: (path: string) => boolean;
  /** Undefined: the file has no findings any more. */
  readonly publish: (uri: string, scanned: ScannedFile | undefined) => void;
  readonly progress: () => Promise<ScanProgress>;
  /** Resolves when nothing more urgent is waiting. */
  readonly turn: () => Promise<unknown>;
  readonly log: Log;
}

/** Milliseconds of work at a stretch, before what came in meanwhile gets its turn. */
const STRETCH_MS = 8;
const REPORT_EVERY_MS = 100;

/** Their program is made at one stretch, for which everything else waits. */
const TYPED_TOGETHER = 20;

/** Looks at the files that are not open, in the background. What it found stays shown until a file is opened, changed or gone. */
export class WorkspaceScan implements Disposable {
  private readonly shown = new Map<string, string>();
  private running = Promise.resolve();
  /** Counted up by each start: a scan that is not the newest ends. */
  private turnOfScan = 0;
  private hasRun = false;

  constructor(private readonly parts: WorkspaceScanParts) {}

  /** Scans everything; a scan that runs already gives way. */
  start(): Promise<void> {
    this.hasRun = true;
    const id = ++this.turnOfScan;
    this.running = this.running
      .then(() => (id === this.turnOfScan ? this.run(id) : undefined))
      .catch((error: unknown) =>
        this.parts.log.error(`The workspace could not be checked to its end: ${errorMessage(error)}`),
      );
    return this.running;
  }

  /** Ends the scan that runs; what it found stays. */
  stop(): void {
    this.turnOfScan++;
  }

  /** Takes back what was found. */
  clear(): void {
    this.stop();
    this.hasRun = false;
    for (const path of [...this.shown.keys()]) this.show(path, undefined);
  }

  /** Files on the disk changed, came, went, or are not open any more. */
  changed(paths: readonly string[]): void {
    if (!this.hasRun) return;
    this.running = this.running
      .then(() => this.look(paths))
      .catch((error: unknown) => this.parts.log.error(`A changed file could not be checked: ${errorMessage(error)}`));
  }

  private async look(paths: readonly string[]): Promise<void> {
    const engine = await this.parts.current();
    const wanted = paths.filter((path) => !this.parts.isOpen(path) && this.isScanned(path));
    for (const path of wanted) this.show(path, undefined);
    for (const path of wanted)
      for (const { scanned } of scanSteps(engine, [path], { settings: this.settingsOf(path) }))
        if (scanned) this.show(path, scanned);
  }

  /** An open document is looked at by others. */
  opened(path: string): void {
    this.shown.delete(path);
  }

  dispose(): void {
    this.stop();
    this.shown.clear();
  }

  private async run(id: number): Promise<void> {
    const engine = await this.parts.engine();
    const files = this.parts.roots().flatMap((root) => [...filesOf(root, {})]);
    const progress = await this.parts.progress();
    const isOver = () => id !== this.turnOfScan || progress.isCancelled;
    let done = 0;
    let findings = 0;
    let rested = performance.now();
    let reported = 0;
    for (const [settings, paths] of this.bySettings(files)) {
      if (isOver()) break;
      for (const { finished, scanned } of scanSteps(engine, paths, { settings, together: TYPED_TOGETHER })) {
        if (isOver()) break;
        done += finished;
        if (scanned && !this.parts.isOpen(scanned.path)) findings += this.show(scanned.path, scanned);
        const now = performance.now();
        if (now - rested < STRETCH_MS) continue;
        if (now - reported > REPORT_EVERY_MS) progress.report(done, files.length);
        if (now - reported > REPORT_EVERY_MS) reported = now;
        await this.parts.turn();
        rested = performance.now();
      }
    }
    progress.done(done, findings);
  }

  /** Files of one folder of the workspace share its settings. */
  private bySettings(files: readonly string[]): Map<AnalysisSettings, string[]> {
    const groups = new Map<AnalysisSettings, string[]>();
    for (const path of files) {
      const settings = this.settingsOf(path);
      const group = groups.get(settings);
      if (group) group.push(path);
      else groups.set(settings, [path]);
    }
    return groups;
  }

  private settingsOf(path: string): AnalysisSettings {
    return this.parts.settings(pathToFileURL(path).href);
  }

  private isScanned(path: string): boolean {
    const relative = relativeTo(this.parts.roots(), path);
    const isInside = relative.length < path.length;
    return isInside && isLintedFile(path) && !isForeignFile(relative) && !isTestFile(relative);
  }

  /** Gives how many findings the file has. */
  private show(path: string, scanned: ScannedFile | undefined): number {
    const count = scanned?.findings.length ?? 0;
    const uri = pathToFileURL(path).href;
    if (count > 0) this.shown.set(path, uri);
    else if (!this.shown.delete(path)) return 0;
    this.parts.publish(uri, count > 0 ? scanned : undefined);
    return count;
  }
}
