import type { FileStats, LineStats } from '../model/lineStats';
import { CODE_ATTRIBUTES_REASON } from '../model/codeAttributes';
import { joinedReason, lesserConfidence, type MappedPath, type PathMapper, pathsAsTheyAre } from '../model/mappedPath';
import type { BoundedNames } from './boundedNames';
import { NONE } from './byteInterner';
import { type FileLines, LineRun, type Placed } from './lineRun';
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

/** Keyed by the path as programs name it; which file here that is, is asked when somebody wants to know. */
interface LinesOfFile extends FileLines {
  readonly lines: Line[];
  /** Files here that its lines were told to be in. */
  told: readonly string[];
}

/** Statistics of lines that spans do not name themselves. */
export interface PlacedLines {
  paths(): Iterable<string>;
  runsIn(path: string): Iterable<{ readonly line: number; readonly runs: readonly LineRun[] }>;
  takeChangedPaths(): Iterable<string>;
}

const NO_FILE: FileLines = { path: '', isChanged: false };

/** Statistics by source line and run, counted as spans arrive; they outlive the spans. */
export class LineTable {
  private readonly index = new PairIndex();
  private readonly lines: Line[] = [];
  /** By the file's number. */
  private readonly files = new Map<number, LinesOfFile>();
  private changed: LinesOfFile[] = [];
  /** By {@link LineRun.number}. */
  private readonly lineRuns = new Map<number, LineRun>();
  private lineRunsMade = 0;
  private toldGeneration = 0;
  private placed: PlacedLines | undefined;

  constructor(
    private readonly fileNames: BoundedNames,
    private readonly reasons: BoundedNames,
    private readonly spanNames: BoundedNames,
    private readonly services: BoundedNames,
    private readonly paths: PathMapper = pathsAsTheyAre,
  ) {}

  /**
   * Where to count a span of this line; undefined when too many lines are known. `file` > 0. `isLayer`: it is a framework's span for a
   * layer that a request passes, and counts apart: where the request's own span stands on the same line, each would count twice.
   */
  at(file: number, line: number, run: Run, isLayer: boolean): LineRun | undefined {
    const number = this.index.find(file, isLayer ? -line : line);
    if (number === NONE) return this.lines.length < MAX_LINES ? this.addLine(file, line, run, isLayer) : undefined;
    const { current } = this.lines[number];
    return current.run === run ? current : this.switchRun(this.lines[number], run);
  }

  /** Has statistics shown that are kept elsewhere, where these have the numbers of {@link newPlacedRun}. */
  join(placed: PlacedLines): void {
    this.placed = placed;
  }

  newPlacedRun(placed: Placed, run: Run): LineRun {
    return this.keep(new LineRun(this.lineRunsMade++, NO_FILE, 0, run, placed));
  }

  drop(lineRun: LineRun): void {
    this.lineRuns.delete(lineRun.number);
  }

  /** Whether a row of this {@link Row.site} named its line itself. */
  isRecorded(site: number): boolean {
    return site !== 0 && (site < 0 || this.lineRuns.get(site - 1)?.placed === undefined);
  }

  /** The statistics that a row refers to; undefined when they were dropped. */
  numbered(number: number): LineRun | undefined {
    return this.lineRuns.get(number);
  }

  markChanged(file: FileLines): void {
    if (file.isChanged) return;
    file.isChanged = true;
    this.changed.push(file as LinesOfFile);
  }

  /** Paths of the files here whose statistics changed since the last call. */
  takeChangedFiles(): string[] {
    const paths = new Set<string>();
    if (this.toldGeneration !== this.paths.generation) this.tellMoved(paths);
    for (const file of this.changed) {
      file.isChanged = false;
      for (const path of this.pathsOf(file)) paths.add(path);
    }
    this.changed = [];
    for (const path of this.placed?.takeChangedPaths() ?? []) paths.add(path);
    return [...paths];
  }

  /** Files here that have statistics. */
  filePaths(): string[] {
    const recorded = [...this.files.values()].flatMap((file) => this.pathsOf(file));
    return [...new Set([...recorded, ...(this.placed?.paths() ?? [])])];
  }

  /** `path` as {@link pathKey} writes it. */
  fileStats(path: string, revision: number): FileStats {
    const lines = [...this.runsByLine(path)].map(([line, runs]) => this.lineStats(line, runs));
    return { revision, path, lines: lines.sort((a, b) => a.line - b.line) };
  }

  /** Numbers of the line's statistics in its latest run, as spans refer to them. */
  latestAt(path: string, line: number): number[] {
    const runs = this.runsByLine(path, line).get(line) ?? [];
    return runs.filter(({ run }) => run === latestOf(runs)?.run).map(({ number }) => number);
  }

  /** What was counted for a line, in every run that is kept. */
  allAt(path: string, line: number): readonly LineRun[] {
    return this.runsByLine(path, line).get(line) ?? [];
  }

  /** What was counted for all lines of a file here. */
  runsOf(path: string): readonly LineRun[] {
    return [...this.runsByLine(path).values()].flat();
  }

  /** What was counted for the lines of a file here, under whatever names programs have for it. */
  private runsByLine(path: string, wanted?: number): Map<number, LineRun[]> {
    const byLine = new Map<number, LineRun[]>();
    for (const file of this.files.values()) {
      const mapped = this.paths.map(file.path);
      if (!mapped.byService && mapped.path !== path) continue;
      for (const { line, runs } of file.lines) {
        if (wanted !== undefined && line !== wanted) continue;
        const found = mapped.byService ? runs.filter((run) => this.placeOf(run).path === path) : runs;
        if (found.length > 0) byLine.set(line, [...(byLine.get(line) ?? []), ...found]);
      }
    }
    for (const { line, runs } of this.placed?.runsIn(path) ?? [])
      if (wanted === undefined || line === wanted)
        byLine.set(line, withoutMereGuesses([...(byLine.get(line) ?? []), ...runs]));
    for (const [line, runs] of byLine) byLine.set(line, withoutLayers(runs));
    return byLine;
  }

  /** The file here that a program's line is in. */
  private placeOf({ file, services }: LineRun): MappedPath {
    return this.paths.map(file.path, services.length === 1 ? this.services.name(services[0]) : undefined);
  }

  private pathsOf(file: LinesOfFile): readonly string[] {
    const { path, byService } = this.paths.map(file.path);
    file.told = byService
      ? [...new Set(file.lines.flatMap(({ runs }) => runs.map((run) => this.placeOf(run).path)))]
      : [path];
    return file.told;
  }

  /** Paths may mean other files now: those change that are left and those that are found. */
  private tellMoved(paths: Set<string>): void {
    this.toldGeneration = this.paths.generation;
    for (const file of this.files.values()) {
      const before = file.told;
      const now = this.pathsOf(file);
      if (now.length === before.length && now.every((path, i) => path === before[i])) continue;
      for (const path of [...before, ...now]) paths.add(path);
    }
  }

  get byteLength(): number {
    let bytes = this.index.byteLength;
    for (const { sketch } of this.lineRuns.values()) bytes += BYTES_PER_LINE_RUN + sketch.byteLength;
    return bytes;
  }

  private addLine(file: number, line: number, run: Run, isLayer: boolean): LineRun {
    this.index.add(file, isLayer ? -line : line);
    const ofFile = this.linesOf(file);
    const current = this.newLineRun(ofFile, line, run, isLayer);
    const entry: Line = { line, current, runs: [current] };
    this.lines.push(entry);
    ofFile.lines.push(entry);
    return current;
  }

  private linesOf(file: number): LinesOfFile {
    let ofFile = this.files.get(file);
    if (ofFile === undefined) {
      ofFile = { path: this.fileNames.name(file), isChanged: false, lines: [], told: [] };
      this.files.set(file, ofFile);
    }
    return ofFile;
  }

  private newLineRun(file: FileLines, line: number, run: Run, isLayer: boolean): LineRun {
    return this.keep(new LineRun(this.lineRunsMade++, file, line, run, undefined, isLayer));
  }

  private keep(lineRun: LineRun): LineRun {
    this.lineRuns.set(lineRun.number, lineRun);
    return lineRun;
  }

  private switchRun(line: Line, run: Run): LineRun {
    let lineRun = line.runs.find((candidate) => candidate.run === run);
    if (lineRun === undefined) {
      lineRun = this.newLineRun(line.current.file, line.line, run, line.current.isOfLayers);
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

  private lineStats(line: number, runs: readonly LineRun[]): LineStats {
    const latest = mergedLatest(runs);
    const previous = mergedLatest(
      runs.filter(({ run }) => run.name === latest.run.name && run.order < latest.run.order),
    );
    const functionName = latest.functionName ?? runs.find(({ placed }) => placed)?.placed?.location?.functionName;
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
      ...this.surest(runs.filter(({ run }) => run === latest.run)),
    };
  }

  /** How sure it is that the spans were made here, by the best that is said of any of them. */
  private surest(runs: readonly LineRun[]): Pick<LineStats, 'confidence' | 'reason' | 'alternatives'> {
    const said = runs.map((run) => {
      if (run.placed?.location) {
        const { confidence, reason, alternatives } = run.placed.location;
        return { confidence, reason, ...(alternatives && { alternatives }) };
      }
      const place = this.placeOf(run);
      const reason = run.reason === 0 ? CODE_ATTRIBUTES_REASON : this.reasons.name(run.reason);
      return { confidence: lesserConfidence(run.sureness, place.confidence), reason: joinedReason(reason, place) };
    });
    return said.reduce((a, b) => (lesserConfidence(a.confidence, b.confidence) === a.confidence ? b : a));
  }
}

/** All of the latest run, which is one unless programs have several names for the file. */
function mergedLatest(runs: readonly LineRun[]): LineRun;
function mergedLatest(runs: readonly LineRun[]): LineRun | undefined {
  const latest = latestOf(runs)?.run;
  const [first, ...others] = runs.filter(({ run }) => run === latest);
  return others.length === 0 ? first : first.mergedWith(others);
}

/** What possibly belongs to a line is not mixed with what the same run is known to have done there. */
function withoutMereGuesses(runs: readonly LineRun[]): LineRun[] {
  const isGuess = ({ placed }: LineRun): boolean => placed?.location?.confidence === 'possible';
  const known = new Set(runs.filter((each) => !isGuess(each)).map(({ run }) => run));
  return runs.filter((each) => !isGuess(each) || !known.has(each.run));
}

/** The request's own span stands for its layers. */
function withoutLayers(runs: readonly LineRun[]): LineRun[] {
  const own = new Set(runs.filter(({ isOfLayers }) => !isOfLayers).map(({ run }) => run));
  return runs.filter(({ isOfLayers, run }) => !isOfLayers || !own.has(run));
}

function latestOf(runs: readonly LineRun[]): LineRun | undefined {
  return runs.length === 0 ? undefined : runs.reduce((a, b) => (a.run.order >= b.run.order ? a : b));
}
