import { pathToFileURL } from 'node:url';
import type { Disposable } from '../base/disposables';
import { errorMessage, type Log } from '../base/log';
import type { AnalysisSettings } from '../protocol/analysis';
import { isForeignFile, isTestFile } from '../lint/testFiles';
import type { Engine } from './engine';
import { relativeTo } from './paths';
import { NO_FIXES } from '../lint/rule';
import { filesOf, scanSteps, unitsOf, type ScannedFile, type ScanUnit } from './scan';
import { isLintedFile } from './sourceFiles';
import type { ReportedFile, UnitReport } from './threads/messages';
import type { ThreadTask } from './threads/scanThread';
import type { ScanThreads } from './threads/scanThreads';

export interface ScanProgress {
  report(done: number, of: number): void;
  done(files: number, findings: number): void;
  readonly isCancelled: boolean;
}

export interface WorkspaceScanParts {
  /** Threads of their own for a scan of so many files; undefined where it is better done here. */
  readonly threads: (files: number) => ScanThreads | undefined;
  /** Of its own, so that the types of open documents stay: dropped when the scan is over. */
  readonly engine: () => Promise<Engine>;
  /** The one of the open documents, for single files. */
  readonly current: () => Promise<Engine>;
  readonly roots: () => readonly string[];
  /** As they are set, without the project's own configuration. */
  readonly settings: (uri: string) => AnalysisSettings;
  readonly isOpen: (path: string) => boolean;
  /** What the editor holds. */
  readonly open: () => ThreadTask['open'];
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

interface RunningScan {
  readonly isOver: () => boolean;
  readonly report: (done: number) => void;
  /** Files. */
  done: number;
  findings: number;
}

/** Looks at the files that are not open, in the background. What it found stays shown until a file is opened, changed or gone. */
export class WorkspaceScan implements Disposable {
  private readonly shown = new Map<string, string>();
  private running = Promise.resolve();
  /** Counted up by each start: a scan that is not the newest ends. */
  private turnOfScan = 0;
  private hasRun = false;
  private threads: ScanThreads | undefined;

  constructor(private readonly parts: WorkspaceScanParts) {}

  /** Scans everything; a scan that runs already gives way. */
  start(): Promise<void> {
    this.hasRun = true;
    this.stop();
    const id = this.turnOfScan;
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
    this.threads?.dispose();
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
      for (const { scanned } of scanSteps(engine, { paths: [path], settings: this.settingsOf(path) }))
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
    const files = this.parts.roots().flatMap((root) => [...filesOf(root, {})]);
    const units = [...this.bySettings(files)].flatMap(([settings, paths]) => unitsOf(paths, settings));
    const progress = await this.parts.progress();
    const isOver = () => id !== this.turnOfScan || progress.isCancelled;
    const scan: RunningScan = { isOver, done: 0, findings: 0, report: (done) => progress.report(done, files.length) };
    if (!isOver()) await this.here(scan, await this.inThreads(scan, units, files.length));
    progress.done(scan.done, scan.findings);
  }

  /** Gives the units that are left since there are no threads for them. */
  private async inThreads(scan: RunningScan, units: readonly ScanUnit[], files: number): Promise<readonly ScanUnit[]> {
    const threads = this.parts.threads(files);
    if (!threads) return units;
    this.threads = threads;
    const timer = setInterval(() => {
      if (scan.isOver()) threads.dispose();
      else scan.report(scan.done + threads.underway);
    }, REPORT_EVERY_MS);
    try {
      const heard = (report: UnitReport, _: number, paths: readonly string[]) => {
        scan.done += paths.length;
        this.take(scan, report, paths);
      };
      return await threads.scan({ units, open: this.parts.open, heard });
    } finally {
      clearInterval(timer);
      threads.dispose();
      this.threads = undefined;
    }
  }

  private take(scan: RunningScan, { files, notes }: UnitReport, paths: readonly string[]): void {
    if (scan.isOver()) return;
    for (const { level, message } of notes) this.parts.log[level](message);
    for (const file of files)
      if (!this.parts.isOpen(file.path)) scan.findings += this.show(file.path, withoutFixes(file));
    this.settle(paths, new Set(files.map(({ path }) => path)));
  }

  /** What was shown of a file before is over where this time nothing is told of it. */
  private settle(paths: readonly string[], told: ReadonlySet<string>): void {
    for (const path of paths) if (!told.has(path)) this.show(path, undefined);
  }

  /** In this thread, with a rest after each stretch of work. */
  private async here(scan: RunningScan, units: readonly ScanUnit[]): Promise<void> {
    if (units.length === 0) return;
    const engine = await this.parts.engine();
    let rested = performance.now();
    let reported = 0;
    for (const unit of units) {
      const told = new Set<string>();
      for (const { finished, scanned } of scanSteps(engine, unit, { together: TYPED_TOGETHER })) {
        if (scan.isOver()) return;
        scan.done += finished;
        if (scanned) told.add(scanned.path);
        if (scanned && !this.parts.isOpen(scanned.path)) scan.findings += this.show(scanned.path, scanned);
        const now = performance.now();
        if (now - rested < STRETCH_MS) continue;
        if (now - reported > REPORT_EVERY_MS) {
          scan.report(scan.done);
          reported = now;
        }
        await this.parts.turn();
        rested = performance.now();
      }
      this.settle(unit.paths, told);
    }
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

/** Fixes are offered in open files alone. */
function withoutFixes(file: ReportedFile): ScannedFile {
  return { ...file, findings: file.findings.map((finding) => ({ ...finding, fixes: NO_FIXES })) };
}
