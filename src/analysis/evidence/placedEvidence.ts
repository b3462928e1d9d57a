import type { LineEvidence } from '../../model/lineEvidence';
import type { LineRange } from '../../lint/findingSite';
import type { RunTexts } from './runTexts';
import { LineAlignment, linesOfText } from './textLines';

/** Evidence at the line where its code is now. */
export interface PlacedEvidence {
  /** 1-based. */
  readonly line: number;
  readonly evidence: LineEvidence;
  /** The code is the one that ran. */
  isUnchanged(lines: LineRange): boolean;
}

/** The evidence of a file's lines in the text as it is now. Lines that are gone or changed since they ran have none. */
export function placeEvidence(text: string, lines: readonly LineEvidence[], texts: RunTexts): PlacedEvidence[] {
  const now = linesOfText(text);
  const alignments = new Map<string, LineAlignment | undefined>();
  const alignmentOf = (run: string): LineAlignment | undefined => {
    const before = texts.of(run);
    if (!alignments.has(run)) alignments.set(run, before && new LineAlignment(before, now));
    return alignments.get(run);
  };
  return lines.flatMap((evidence) => {
    const alignment = evidence.confidence === 'possible' ? undefined : alignmentOf(evidence.run);
    const line = alignment?.now(evidence.line - 1);
    if (!alignment || line === undefined) return [];
    return {
      line: line + 1,
      evidence,
      isUnchanged: ({ from, to }: LineRange) => alignment.isUnchanged(from - 1, to - 1),
    };
  });
}
