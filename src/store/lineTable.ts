import type { FileStats, LineStats } from '../model/lineStats';
import { CODE_ATTRIBUTES_REASON } from '../model/codeAttributes';
import type { BoundedNames } from './boundedNames';
import { NONE } from './byteInterner';
import { type FileLines, LineRun } from './lineRun';
import { PairIndex } from './pairIndex';
import type { Run } from './runTable';

/** Lines whose statistics are kept; a program whose lines are beyond it is generated. */
const MAX_LINES = 50_000;
const TOP_NAMES = 10;
/** What a line's objects take besides its sketch, about. */
const BYTES_PER_LINE_RUN = 600;

/** One line of a file and what it did in the runs that are still of interest: the two latest of each configuration. */
interface Line {
  readonly line: number;
  /** Where the latest span went; nearly always the next goes there too. */
  current: LineRun;
  runs: LineRun[];
}

interface LinesOfFile extends FileLines {
  readonly lines: Line[];
}

/** Statistics by source line and run, counted as spans arrive; they outlive the spans. */
export class LineTable {
  private readonly index = new PairIndex();
  private readonly lines: Line[] = [];
  /** By the file's number. */
  private readonly files = new Map<number, LinesOfFile>();
  private changed: FileLines[] = [];
  /** By {@link LineRun.number}. */
  private readonly lineRuns = new Map<number, LineRun>();
  private lineRunsMade = 0;

  constructor(
    private readonly fileNames: BoundedNames,
    private readonly reasons: BoundedNames,
    private readonly spanNames: BoundedNames,
    private readonly services: BoundedNames,
  ) {}

  /** Where to count a span of this line; undefined when too many lines are known. `file` > 0. */
  at(file: number, line: number, run: Run): LineRun | undefined {
    const number = this.index.find(file, line);
    if (number === NONE) return this.lines.length < MAX_LINES ? this.addLine(file, line, run) : undefined;
    const { current } = this.lines[number];
    return current.run === run ? current : this.switchRun(this.lines[number], run);
  }

  /** The statistics that a row refers to; undefined when they were dropped. */
  numbered(number: number): LineRun | undefined {
    return this.lineRuns.get(number);
  }

  markChanged(file: FileLines): void {
    if (file.isChanged) return;
    file.isChanged = true;
    this.changed.push(file);
  }

  /** Paths of the files whose statistics changed since the last call. */
  takeChangedFiles(): string[] {
    const changed = this.changed;
    this.changed = [];
    for (const file of changed) file.isChanged = false;
    return changed.map(({ path }) => path);
  }

  filePaths(): string[] {
    return [...this.files.values()].map(({ path }) => path);
  }

  /** `path` as {@link pathKey} writes it. */
  fileStats(path: string, revision: number): FileStats {
    const lines = this.files.get(this.fileNames.find(path))?.lines ?? [];
    return { revision, path, lines: lines.map((line) => this.lineStats(line)).sort((a, b) => a.line - b.line) };
  }

  /** Number of the line's statistics in its latest run, as spans refer to it. */
  latestAt(path: string, line: number): number | undefined {
    const lines = this.files.get(this.fileNames.find(path))?.lines ?? [];
    const found = lines.find((candidate) => candidate.line === line);
    return found && latestOf(found.runs).number;
  }

  get byteLength(): number {
    let bytes = this.index.byteLength;
    for (const { sketch } of this.lineRuns.values()) bytes += BYTES_PER_LINE_RUN + sketch.byteLength;
    return bytes;
  }

  private addLine(file: number, line: number, run: Run): LineRun {
    this.index.add(file, line);
    const ofFile = this.linesOf(file);
    const current = this.newLineRun(ofFile, line, run);
    const entry: Line = { line, current, runs: [current] };
    this.lines.push(entry);
    ofFile.lines.push(entry);
    return current;
  }

  private linesOf(file: number): LinesOfFile {
    let ofFile = this.files.get(file);
    if (ofFile === undefined) {
      ofFile = { path: this.fileNames.name(file), isChanged: false, lines: [] };
      this.files.set(file, ofFile);
    }
    return ofFile;
  }

  private newLineRun(file: FileLines, line: number, run: Run): LineRun {
    const lineRun = new LineRun(this.lineRunsMade++, file, line, run);
    this.lineRuns.set(lineRun.number, lineRun);
    return lineRun;
  }

  private switchRun(line: Line, run: Run): LineRun {
    let lineRun = line.runs.find((candidate) => candidate.run === run);
    if (lineRun === undefined) {
      lineRun = this.newLineRun(line.current.file, line.line, run);
      line.runs.push(lineRun);
      this.dropOldRuns(line, run.name);
    }
    line.current = lineRun;
    return lineRun;
  }

  /** Nothing shows more than a run and the one of its name before it. */
  private dropOldRuns(line: Line, name: string): void {
    const sameName = line.runs.filter((candidate) => candidate.run.name === name);
    if (sameName.length <= 2) return;
    const oldest = sameName.reduce((a, b) => (a.run.order < b.run.order ? a : b));
    line.runs = line.runs.filter((candidate) => candidate !== oldest);
    this.lineRuns.delete(oldest.number);
  }

  private lineStats({ line, runs }: Line): LineStats {
    const latest = latestOf(runs);
    const previous = latestOf(runs.filter(({ run }) => run.name === latest.run.name && run.order < latest.run.order));
    const { functionName, reason } = latest;
    return {
      ...latest.stats(),
      line,
      ...(functionName !== undefined && { functionName }),
      run: latest.run.id,
      latest: latest.latest,
      ...(latest.paused > 0 && { paused: latest.paused }),
      ...(latest.neverEnded > 0 && { neverEnded: latest.neverEnded }),
      names: [...new Set(latest.topNames(TOP_NAMES).map((name) => this.spanNames.name(name)))],
      distinctNames: latest.distinctNames,
      services: latest.services.map((service) => this.services.name(service)),
      ...(previous !== undefined && { previous: previous.stats(), previousRun: previous.run.id }),
      confidence: latest.sureness,
      reason: reason === 0 ? CODE_ATTRIBUTES_REASON : this.reasons.name(reason),
    };
  }
}

function latestOf(runs: readonly LineRun[]): LineRun;
function latestOf(runs: readonly LineRun[]): LineRun | undefined {
  return runs.length === 0 ? undefined : runs.reduce((a, b) => (a.run.order >= b.run.order ? a : b));
}
