import { describe, expect, it } from 'vitest';
import { RunTexts } from '../../../../src/analysis/evidence/runTexts';
import { lineEvidence, type LineMembers } from './lines';

const evidence = (...lines: LineMembers[]) => ({ lines: lines.map(lineEvidence) });
const disk = (writtenAt: number, text = 'a') => ({ writtenAt, lines: [text] });
const at = (latestStart: number, thread?: string) => ({ sample: { latestStart, thread } });

describe('The text that a run is of', () => {
  it('is the one on the disk when its first spans come', () => {
    const texts = new RunTexts();
    expect(texts.note(evidence(at(200, '1/0')), disk(100))).toBe(false);
    expect(texts.of('run-1')).toEqual(['a']);
  });

  it('is not known where the file was written after the last span', () => {
    const texts = new RunTexts();
    texts.note(evidence(at(200, '1/0')), disk(300));
    expect(texts.of('run-1')).toBeUndefined();
    texts.note(evidence(at(200, '1/0')), undefined);
    expect(texts.of('run-1')).toBeUndefined();
  });

  it('stays when the file is written while the program goes on as it was', () => {
    const texts = new RunTexts();
    texts.note(evidence(at(200, '1/0')), disk(100, 'old'));
    texts.note(evidence(at(400, '1/0')), disk(300, 'new'));
    expect([texts.of('run-1'), texts.since]).toEqual([['old'], {}]);
  });

  it('is the new one, from then on, when a process came since or a line that was not reached before', () => {
    for (const next of [at(400, '2/0'), { line: 9, ...at(400, '1/0') }, at(400)]) {
      const texts = new RunTexts();
      texts.note(evidence(at(200, '1/0')), disk(100, 'old'));
      expect(texts.note(evidence(next), disk(300, 'new'))).toBe(true);
      expect([texts.of('run-1'), texts.since]).toEqual([['new'], { 'run-1': 300 }]);
    }
  });

  it('leaves out what came before where lines are of either', () => {
    const texts = new RunTexts();
    expect(texts.note(evidence(at(200, '1/0'), { line: 2, ...at(400, '2/0') }), disk(300))).toBe(true);
    expect(texts.since).toEqual({ 'run-1': 300 });
  });

  it('is forgotten with its run', () => {
    const texts = new RunTexts();
    texts.note(evidence(at(200, '1/0')), disk(100));
    texts.note(evidence({ run: 'run-2' as never, ...at(400) }), disk(100));
    expect([texts.of('run-1'), texts.of('run-2')]).toEqual([undefined, ['a']]);
  });

  it('is known again from what was kept: texts, since when, and what had been reached', () => {
    const texts = new RunTexts();
    texts.note(evidence(at(200, '1/0')), disk(100, 'old'));
    texts.note(evidence(at(400, '2/0'), { run: 'run-2' as never, ...at(400, '3/0') }), disk(300, 'new'));
    const kept = texts.kept('file:///a.ts');
    expect(kept.texts).toEqual([{ writtenAt: 300, text: 'new' }]);
    const again = RunTexts.from(JSON.parse(JSON.stringify(kept)) as typeof kept);
    expect([again.of('run-1'), again.of('run-2'), again.since]).toEqual([['new'], ['new'], { 'run-1': 300 }]);
    // The program goes on as it was while the file is written once more.
    expect(
      again.note(evidence(at(600, '2/0'), { run: 'run-2' as never, ...at(600, '3/0') }), disk(500, 'newest')),
    ).toBe(false);
    expect(again.of('run-1')).toEqual(['new']);
    expect(again.revision).toBe(0);
  });
});
