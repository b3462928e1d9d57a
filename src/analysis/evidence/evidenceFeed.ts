import { realpath } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { pathKey } from '../../base/paths';
import type { Disposable } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import type { EvidenceQuery, FileEvidence, LineEvidence, ProgramEvidence } from '../../model/lineEvidence';
import type { KeptRunTexts } from '../../protocol/analysis';
import { placeEvidence } from './placedEvidence';
import { type DiskText, readDisk, RunTexts } from './runTexts';
import { linesOfText } from './textLines';
import type { WeighedBy } from './weigh';

/** Milliseconds between two questions about one file while spans keep coming. */
const PACE_MS = 2_000;
const SLOWEST_PACE_MS = 6_000;
/** Part of the time that answers may take, of the engine's thread that has spans to take in. */
const ANSWERING_SHARE = 1 / 20;
/** Milliseconds after which it is asked when nothing came for a while: the spans of one request come together. */
const SOON_MS = 300;
/** Milliseconds between two changes of words alone: numbers that run cannot be read. */
const WORDS_PACE_MS = 10_000;

/** What a document's diagnostics look like: `gist` without the words. */
export interface Picture {
  readonly gist: string;
  readonly words: string;
}

export interface EvidenceParts {
  ask(query: EvidenceQuery): Promise<FileEvidence | undefined>;
  /** What would be shown now; undefined for a document that is not looked at yet. */
  picture(uri: string): Picture | undefined;
  show(uri: string): void;
  /** Where the code lies that is started with this document's, as `pathKey` writes it; undefined where nothing hangs on it. */
  programFolder?(uri: string): string | undefined;
  /** What is handed to {@link keep} outlives this process: `kept` gives it to the one that follows. */
  keep?(texts: KeptRunTexts): void;
  kept?(uri: string): Promise<KeptRunTexts | null | undefined>;
  readonly log: Log;
  readonly paceMs?: number;
  readonly wordsPaceMs?: number;
}

interface FileState {
  readonly texts: RunTexts;
  readonly paths: readonly string[];
  /** By the clock that begins with the process. */
  askedAt: number;
  /** Milliseconds that the last answer took. */
  answeredIn: number;
  lines: readonly LineEvidence[];
  /** With the text that the file had. */
  program?: { readonly evidence: ProgramEvidence; readonly text: readonly string[] };
  timer?: NodeJS.Timeout;
  isAsking: boolean;
  /** Something came while it was asked. */
  again: boolean;
  shown: Picture;
  shownAt: number;
  wordsTimer?: NodeJS.Timeout;
}

/** Keeps what captured spans say about open documents, asked for at a bounded pace, and shown when it makes a difference. */
export class EvidenceFeed implements Disposable {
  private readonly files = new Map<string, FileState>();
  /** Documents of which something is still asked before they are kept. */
  private readonly opening = new Set<string>();
  private disposed = false;

  constructor(private readonly parts: EvidenceParts) {}

  /** A document that had been opened before counts as changed. */
  async opened(uri: string): Promise<void> {
    if (this.disposed || !uri.startsWith('file:')) return;
    let state = this.files.get(uri);
    if (!state) {
      this.opening.add(uri);
      const [paths, texts] = await Promise.all([pathsOf(uri), this.textsOf(uri)]);
      const isStillOpen = this.opening.delete(uri) || this.files.has(uri);
      if (!isStillOpen || this.isDisposed) return;
      state = this.files.get(uri) ?? newState(paths, texts);
      this.files.set(uri, state);
    }
    this.due(uri, state);
  }

  closed(uri: string): void {
    const state = this.files.get(uri);
    clearTimeout(state?.timer);
    clearTimeout(state?.wordsTimer);
    this.files.delete(uri);
    this.opening.delete(uri);
  }

  /** Spans came, of these files or of any. */
  changed(paths: readonly string[] | undefined): void {
    const wanted = paths && new Set(paths);
    for (const [uri, state] of this.files)
      if (!wanted || state.paths.some((path) => wanted.has(path))) this.due(uri, state);
  }

  /** In the text as it is now. */
  of(uri: string, text: string): WeighedBy {
    const state = this.files.get(uri);
    if (!state) return { lines: [] };
    const { lines, texts, program } = state;
    const isAsItWas = program !== undefined && isSame(linesOfText(text), program.text);
    return {
      lines: lines.length > 0 ? placeEvidence(text, lines, texts) : [],
      ...(isAsItWas && { program: program.evidence }),
    };
  }

  /** What is shown from now on. */
  showing(uri: string, picture: Picture): void {
    const state = this.files.get(uri);
    if (!state) return;
    state.shown = picture;
    state.shownAt = performance.now();
    clearTimeout(state.wordsTimer);
    state.wordsTimer = undefined;
  }

  dispose(): void {
    this.disposed = true;
    for (const uri of [...this.files.keys()]) this.closed(uri);
  }

  /** As far as an earlier process has got. */
  private async textsOf(uri: string): Promise<RunTexts> {
    try {
      return RunTexts.from((await this.parts.kept?.(uri)) ?? undefined);
    } catch (error) {
      this.parts.log.debug(`No texts kept of ${uri}: ${errorMessage(error)}`);
      return new RunTexts();
    }
  }

  /** May change while something is awaited. */
  private get isDisposed(): boolean {
    return this.disposed;
  }

  private get paceMs(): number {
    return this.parts.paceMs ?? PACE_MS;
  }

  private due(uri: string, state: FileState): void {
    if (state.isAsking) state.again = true;
    if (state.isAsking || state.timer) return;
    const pace = Math.max(this.paceMs, Math.min(state.answeredIn / ANSWERING_SHARE, SLOWEST_PACE_MS));
    const rest = Math.max(SOON_MS, state.askedAt + pace - performance.now());
    state.timer = setTimeout(() => {
      state.timer = undefined;
      void this.ask(uri, state).catch((error: unknown) =>
        this.parts.log.debug(`No evidence of ${uri}: ${errorMessage(error)}`),
      );
    }, rest);
  }

  private async ask(uri: string, state: FileState): Promise<void> {
    state.isAsking = true;
    state.askedAt = performance.now();
    state.again = false;
    try {
      const evidence = await this.evidence(uri, state);
      if (this.files.get(uri) !== state) return;
      state.lines = evidence?.lines ?? [];
      this.compare(uri, state);
    } finally {
      state.isAsking = false;
      state.answeredIn = performance.now() - state.askedAt;
      if (state.again && this.files.get(uri) === state) this.due(uri, state);
    }
  }

  private async evidence(uri: string, state: FileState): Promise<FileEvidence | undefined> {
    const { texts, paths } = state;
    const folder = this.parts.programFolder?.(uri);
    const about = { paths, ...(folder !== undefined && { folder }) };
    const evidence = await this.parts.ask({ ...about, since: texts.since });
    if (!evidence || (evidence.lines.length === 0 && !evidence.program)) return evidence;
    const disk = await readDisk(fileURLToPath(uri));
    state.program = disk && evidence.program && ofProgram(evidence.program, disk);
    const { revision } = texts;
    const isOther = texts.note(evidence, disk);
    if (texts.revision !== revision) this.parts.keep?.(texts.kept(uri));
    return isOther ? this.parts.ask({ ...about, since: texts.since }) : evidence;
  }

  private compare(uri: string, state: FileState): void {
    const now = this.parts.picture(uri);
    if (!now || now.words === state.shown.words) return;
    if (now.gist !== state.shown.gist) return this.parts.show(uri);
    if (state.wordsTimer) return;
    const pace = this.parts.wordsPaceMs ?? WORDS_PACE_MS;
    const rest = Math.max(0, state.shownAt + pace - performance.now());
    state.wordsTimer = setTimeout(() => {
      state.wordsTimer = undefined;
      this.parts.show(uri);
    }, rest);
  }
}

/** Undefined for a file that was written since. */
function ofProgram(evidence: ProgramEvidence, { writtenAt, lines }: DiskText): FileState['program'] {
  return writtenAt <= evidence.latest ? { evidence, text: lines } : undefined;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}

function newState(paths: readonly string[], texts: RunTexts): FileState {
  const nothing = { gist: '', words: '' };
  const never = -Infinity;
  return {
    texts,
    paths,
    askedAt: never,
    answeredIn: 0,
    lines: [],
    isAsking: false,
    again: false,
    shown: nothing,
    shownAt: never,
  };
}

/** As it was opened, and without links on the way: programs name files by their real path. */
async function pathsOf(uri: string): Promise<string[]> {
  const path = fileURLToPath(uri);
  const real = await realpath(path).catch(() => path);
  return [...new Set([pathKey(path), pathKey(real)])];
}
