import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EditLog } from '../../../src/host/lines/editLog';
import { type ContentChange, lineEdits } from '../../../src/host/lines/lineEdits';
import { LineStatsCache } from '../../../src/host/lines/lineStatsCache';
import { placeLines } from '../../../src/host/lines/placeLines';
import type { RunId } from '../../../src/model/ids';
import type { FileStats } from '../../../src/model/lineStats';
import { lineStats } from './samples';

/** A text editor's document, as far as edits of lines go. */
class Editor {
  readonly edits = new EditLog();
  private readonly before: string[][] = [];
  constructor(public lines: string[]) {}

  /** Replaces [line, character] to [line, character], both 0-based. */
  replace(...replacements: [start: [number, number], end: [number, number], text: string][]): void {
    this.before.push([...this.lines]);
    this.apply(replacements, false);
  }

  /** Takes the last replacement back by putting the lines that differ as they were. */
  undo(): void {
    const wanted = this.before.pop()!;
    let top = 0;
    while (this.lines[top] === wanted[top]) top++;
    let bottom = 0;
    while (
      bottom < Math.min(this.lines.length, wanted.length) - top &&
      this.lines.at(-1 - bottom) === wanted.at(-1 - bottom)
    )
      bottom++;
    const [last, lastWanted] = [this.lines.length - bottom, wanted.length - bottom];
    const text = wanted
      .slice(top, lastWanted)
      .map((line) => `${line}\n`)
      .join('');
    this.apply([[[top, 0], [last, 0], text]], true);
  }

  private apply(replacements: [start: [number, number], end: [number, number], text: string][], isUndo: boolean): void {
    const changes = replacements.map(([[sl, sc], [el, ec], text]): ContentChange => {
      return { range: { start: { line: sl, character: sc }, end: { line: el, character: ec } }, text };
    });
    for (const { range, text } of [...changes].reverse()) {
      const before = this.lines[range.start.line].slice(0, range.start.character);
      const after = this.lines[range.end.line].slice(range.end.character);
      const inserted = (before + text + after).split('\n');
      this.lines.splice(range.start.line, range.end.line - range.start.line + 1, ...inserted);
    }
    this.edits.add(
      lineEdits(changes, (line) => this.lines[line] ?? ''),
      isUndo,
    );
  }

  /** Where the line that read `text` when the program was loaded is now, by the log. */
  find(original: readonly string[], text: string, loadedAt = 0): string | undefined {
    const line = this.edits.currentLine(original.indexOf(text), loadedAt);
    return line === undefined ? undefined : this.lines[line];
  }
}

const SOURCE = ['function a() {', '  one();', '  two();', '', '  three();', '}'];
const open = (): Editor => new Editor([...SOURCE]);

describe('a line keeps its durations when the text around it changes', () => {
  it('when lines are typed above it', () => {
    const editor = open();
    editor.replace([[0, 14], [0, 14], '\n  zero();']);
    expect(editor.find(SOURCE, '  two();')).toBe('  two();');
  });

  it('when a line is inserted at its very start, or at its indentation', () => {
    const editor = open();
    editor.replace([[2, 0], [2, 0], '  new();\n']);
    expect(editor.find(SOURCE, '  two();')).toBe('  two();');
    editor.replace([[3, 2], [3, 2], 'newer();\n  ']);
    expect(editor.find(SOURCE, '  two();')).toBe('  two();');
  });

  it('when Enter is pressed at its end or a line is typed below it', () => {
    const editor = open();
    editor.replace([[2, 8], [2, 8], '\n  below();']);
    expect(editor.find(SOURCE, '  two();')).toBe('  two();');
  });

  it('when whole lines above it are deleted, from wherever to its start or its indentation', () => {
    const fromStart = open();
    fromStart.replace([[0, 0], [2, 0], '']);
    expect(fromStart.find(SOURCE, '  two();')).toBe('  two();');
    const fromIndentation = open();
    fromIndentation.replace([[1, 2], [2, 2], '']);
    expect(fromIndentation.find(SOURCE, '  two();')).toBe('  two();');
    const blank = open();
    blank.replace([[2, 8], [3, 0], '']);
    expect(blank.find(SOURCE, '  three();')).toBe('  three();');
  });

  it('when several places change at once, as a formatter does', () => {
    const editor = open();
    editor.replace([[0, 14], [0, 14], '\n'], [[1, 8], [1, 8], '\n\n'], [[3, 0], [4, 0], '']);
    expect(editor.find(SOURCE, '  one();')).toBe('  one();');
    expect(editor.find(SOURCE, '  two();')).toBe('  two();');
    expect(editor.find(SOURCE, '  three();')).toBe('  three();');
  });

  it('when it is joined to the line before it', () => {
    const editor = open();
    editor.replace([[1, 8], [2, 2], ' ']);
    expect(editor.edits.currentLine(2, 0)).toBe(1);
  });
});

describe('a line loses its durations', () => {
  it('when it is deleted', () => {
    const editor = open();
    editor.replace([[2, 0], [3, 0], '']);
    expect(editor.find(SOURCE, '  two();')).toBeUndefined();
    expect(editor.find(SOURCE, '  three();')).toBe('  three();');
  });

  it('but not when its text is replaced by other code', () => {
    const editor = open();
    editor.replace([[1, 0], [2, 8], '  both();']);
    expect(editor.find(SOURCE, '  two();')).toBe('  both();');
  });
});

describe('a deleted line that comes back by undo', () => {
  it('has its durations again', () => {
    const editor = open();
    editor.replace([[2, 0], [3, 0], '']);
    editor.replace([[0, 0], [0, 0], '// new\n']);
    editor.undo();
    editor.undo();
    expect(editor.lines).toEqual(SOURCE);
    expect(editor.find(SOURCE, '  two();')).toBe('  two();');
  });

  it('has them also for a program that was loaded before the deletion was saved', () => {
    const editor = open();
    editor.replace([[2, 0], [3, 0], '']);
    editor.edits.saved(100);
    const without = [...editor.lines];
    editor.undo();
    expect(editor.find(SOURCE, '  two();', 50)).toBe('  two();');
    expect(editor.find(without, '  three();', 150)).toBe('  three();');
    expect(editor.find(SOURCE, '  three();', 50)).toBe('  three();');
  });

  it('loses them again when it is deleted again', () => {
    const editor = open();
    editor.replace([[2, 0], [3, 0], '']);
    editor.undo();
    editor.replace([[2, 0], [3, 0], '']);
    expect(editor.find(SOURCE, '  two();')).toBeUndefined();
  });
});

describe('which edits count', () => {
  it('are those that were not saved when the program was loaded', () => {
    const editor = open();
    editor.replace([[0, 0], [0, 0], '// saved before\n']);
    editor.edits.saved(100);
    const loaded = [...editor.lines];
    editor.replace([[0, 0], [0, 0], '// saved after\n']);
    editor.edits.saved(300);
    editor.replace([[0, 0], [0, 0], '// not saved\n']);
    expect(editor.find(loaded, '  two();', 200)).toBe('  two();');
  });

  it('are not those that the editor threw away', () => {
    const editor = open();
    editor.replace([[0, 0], [0, 0], '// thrown away\n']);
    editor.edits.reverted();
    expect(editor.edits.currentLine(2, 0)).toBe(2);
  });

  it('leave a line where random insertions of whole lines put it', () => {
    const insertion = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(fc.array(insertion, { maxLength: 30 }), fc.nat({ max: 5 }), (insertions, line) => {
        const editor = new Editor(['zero', 'one', 'two', 'three', 'four', 'five']);
        const original = [...editor.lines];
        for (const [place, count] of insertions) {
          const at = place % editor.lines.length;
          editor.replace([[at, 0], [at, 0], 'new\n'.repeat(count)]);
        }
        expect(editor.find(original, original[line])).toBe(original[line]);
      }),
    );
  });
});

describe('placing the lines of a file', () => {
  const at = (line: number, run = 'run-1', firstSeenAt?: number) => ({
    stats: lineStats({ line, run: run as RunId }),
    firstSeenAt,
  });
  const placed = (entries: ReturnType<typeof at>[], edits?: EditLog) =>
    placeLines(entries, edits, 100, () => 1000).map(({ line, stats }) => `${stats.run}:${stats.line} on ${line + 1}`);

  it('leaves them where the engine says while nothing was edited', () => {
    expect(placed([at(3), at(7)])).toEqual(['run-1:3 on 3', 'run-1:7 on 7']);
  });

  it('moves what an earlier run says and leaves what a later run says', () => {
    const editor = open();
    editor.replace([[0, 0], [0, 0], '// new\n']);
    editor.edits.saved(2000);
    expect(placed([at(3), at(5, 'run-2', 3000)], editor.edits)).toEqual(['run-1:3 on 4', 'run-2:5 on 5']);
  });

  it('believes the later one of two that meet on a line', () => {
    const editor = open();
    editor.replace([[0, 0], [0, 0], '// new\n']);
    editor.edits.saved(2000);
    expect(placed([at(3), at(4, 'run-2', 3000)], editor.edits)).toEqual(['run-2:4 on 4']);
  });

  it('drops lines that the document does not have', () => {
    expect(placed([at(3), at(101)])).toEqual(['run-1:3 on 3']);
  });
});

describe('the cache of line statistics', () => {
  const answer = (path: string, ...lines: number[]): FileStats => ({
    path,
    revision: 1,
    lines: lines.map((line) => lineStats({ line })),
  });
  const lines = async (cache: LineStatsCache) => (await cache.get('/a.ts')).map(({ stats }) => stats.line);

  it('asks once, and again after the file changed', async () => {
    const answers = [answer('/a.ts', 1), answer('/a.ts', 1, 2)];
    const cache = new LineStatsCache(() => Promise.resolve(answers.shift()!));
    expect(await lines(cache)).toEqual([1]);
    expect(await lines(cache)).toEqual([1]);
    cache.invalidate('/a.ts');
    expect(await lines(cache)).toEqual([1, 2]);
  });

  it('does not take an answer for fresh that was asked for before the change', async () => {
    const waiting: ((stats: FileStats) => void)[] = [];
    const cache = new LineStatsCache(() => new Promise((resolve) => waiting.push(resolve)));
    const first = lines(cache);
    cache.invalidate('/a.ts');
    const second = lines(cache);
    waiting[1](answer('/a.ts', 1, 2));
    waiting[0](answer('/a.ts', 1));
    expect(await second).toEqual([1, 2]);
    await first;
    expect(await lines(cache)).toEqual([1, 2]);
  });

  it('asks again after a failure', async () => {
    let fails = true;
    const cache = new LineStatsCache(() =>
      fails ? Promise.reject(new Error('gone')) : Promise.resolve(answer('/a.ts', 1)),
    );
    await expect(cache.get('/a.ts')).rejects.toThrow('gone');
    fails = false;
    expect(await lines(cache)).toEqual([1]);
  });

  it('notes when a line turned up, unless it was there from the first', async () => {
    const answers = [answer('/a.ts', 1), answer('/a.ts', 1, 2), answer('/a.ts', 1, 2)];
    let now = 100;
    const cache = new LineStatsCache(
      () => Promise.resolve(answers.shift()!),
      () => now,
    );
    await cache.get('/a.ts');
    for (now = 200; now <= 300; now += 100) {
      cache.invalidate('/a.ts');
      await cache.get('/a.ts');
    }
    expect(cache.peek('/a.ts').map(({ firstSeenAt }) => firstSeenAt)).toEqual([undefined, 200]);
  });
});
