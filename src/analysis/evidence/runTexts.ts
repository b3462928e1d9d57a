import { stat, readFile } from 'node:fs/promises';
import type { FileEvidence, LineEvidence } from '../../model/lineEvidence';
import type { KeptRunTexts } from '../../protocol/analysis';
import { linesOfText } from './textLines';

/** The text that a run's program has of the file. */
interface RunText {
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  readonly lines: readonly string[];
  /** Threads and lines that spans have come from since. */
  readonly threads: Set<string>;
  readonly known: Set<number>;
}

/** A file as it is on the disk. */
export interface DiskText {
  readonly writtenAt: number;
  readonly lines: readonly string[];
}

/**
 * Remembers which text of a file each run was of, as it was on the disk when the first evidence of the run came. A text that was
 * written after the last span is not the one that made it.
 */
export class RunTexts {
  private readonly texts = new Map<string, RunText>();
  private readonly sinceByRun = new Map<string, number>();
  private changes = 0;

  /** What another one knew. */
  static from(kept: KeptRunTexts | undefined): RunTexts {
    const made = new RunTexts();
    const byTime = new Map(kept?.texts.map(({ writtenAt, text }) => [writtenAt, text.split('\n')]));
    for (const { run, writtenAt, threads, lines, since } of kept?.runs ?? []) {
      const text = byTime.get(writtenAt);
      if (!text) continue;
      made.texts.set(run, { writtenAt, lines: text, threads: new Set(threads), known: new Set(lines) });
      if (since !== undefined) made.sinceByRun.set(run, since);
    }
    return made;
  }

  /** Another number whenever {@link kept} is. */
  get revision(): number {
    return this.changes;
  }

  kept(uri: string): KeptRunTexts {
    const texts = new Map<number, string>();
    for (const { writtenAt, lines } of this.texts.values())
      if (!texts.has(writtenAt)) texts.set(writtenAt, lines.join('\n'));
    return {
      uri,
      texts: [...texts].map(([writtenAt, text]) => ({ writtenAt, text })),
      runs: [...this.texts].map(([run, { writtenAt, threads, known }]) => {
        const since = this.sinceByRun.get(run);
        return { run, writtenAt, threads: [...threads], lines: [...known], ...(since !== undefined && { since }) };
      }),
    };
  }

  /** From when on spans of a run are of the text that is known. */
  get since(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.sinceByRun);
  }

  /** Undefined for a run whose text is not known. */
  of(run: string): readonly string[] | undefined {
    return this.texts.get(run)?.lines;
  }

  /** True when {@link since} is another now: the evidence is to be asked for anew. */
  note({ lines }: FileEvidence, disk: DiskText | undefined): boolean {
    const byRun = new Map<string, LineEvidence[]>();
    for (const line of lines) byRun.set(line.run, [...(byRun.get(line.run) ?? []), line]);
    for (const run of this.texts.keys()) if (!byRun.has(run)) this.forget(run);
    let isOther = false;
    for (const [run, ofRun] of byRun) if (this.noteRun(run, ofRun, disk)) isOther = true;
    return isOther;
  }

  private noteRun(run: string, lines: readonly LineEvidence[], disk: DiskText | undefined): boolean {
    const text = this.texts.get(run);
    const isOther = disk !== undefined && text?.writtenAt !== disk.writtenAt && isNewText(text, lines, disk);
    if (isOther) {
      this.texts.set(run, { ...disk, threads: new Set(), known: new Set() });
      this.changes++;
    }
    const current = this.texts.get(run);
    for (const { line, sample } of lines) {
      if (current) this.add(current.known, line);
      if (current && sample.thread !== undefined) this.add(current.threads, sample.thread);
    }
    const isMixed = isOther && lines.some(({ sample }) => sample.spans > 0 && sample.latestStart < disk.writtenAt);
    if (!isOther || (!text && !isMixed)) return false;
    this.sinceByRun.set(run, disk.writtenAt);
    return true;
  }

  private add<T>(to: Set<T>, value: T): void {
    if (to.has(value)) return;
    to.add(value);
    this.changes++;
  }

  private forget(run: string): void {
    this.changes++;
    this.texts.delete(run);
    this.sinceByRun.delete(run);
  }
}

/**
 * Spans came of the text on the disk. Where another one was known, the program has loaded it again only if it was started anew or
 * reaches lines that it did not reach before.
 */
function isNewText(text: RunText | undefined, lines: readonly LineEvidence[], disk: DiskText): boolean {
  return lines.some(({ line, sample: { latestStart, thread } }) => {
    if (latestStart < disk.writtenAt) return false;
    return !text || thread === undefined || !text.threads.has(thread) || !text.known.has(line);
  });
}

/** Undefined for what cannot be read. */
export async function readDisk(path: string): Promise<DiskText | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    return { writtenAt: mtimeMs, lines: linesOfText(await readFile(path, 'utf8')) };
  } catch {
    return undefined;
  }
}
