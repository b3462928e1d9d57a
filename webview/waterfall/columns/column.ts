import type { CSSResult, TemplateResult } from 'lit';
import type { ServiceColour, ServiceColours } from '../../../src/model/serviceColours';
import type { PlacedMark } from '../../../src/model/logMarks';
import type { RowTree } from '../../../src/model/rows';
import type { Span } from '../../../src/model/span';
import type { TimeWindow } from '../../../src/model/timeScale';
import type { StyleValues } from '../../shared/cssom';
import type { ShownTrace } from '../state/shownTrace';

/** What a column draws from; the same object for all rows of one drawing. */
export interface DrawContext {
  readonly shown: ShownTrace;
  readonly tree: RowTree;
  readonly window: TimeWindow;
  readonly colours: ServiceColours;
  readonly critical: boolean;
  /** Ids of the optional columns that show. */
  readonly columns: ReadonlySet<string>;
  /** Pixels of the timeline column. */
  readonly timelineWidth: number;
  /** Pixels of the name column. */
  readonly nameWidth: number;
  /** A span in full, if it is here already. */
  readonly spanOf: (row: number) => Span | undefined;
  /** Where log records were written in a row's span. */
  readonly logMarksOf: (row: number) => readonly PlacedMark[];
}

/** One column of the waterfall. */
export interface WaterfallColumn {
  readonly id: string;
  readonly label: string;
  /** Shown only when the user asks for it. */
  readonly optional: boolean;
  /** CSS grid track. @param names pixels of the name column */
  track(names: number): string;
  /** Numbers stand at the right. */
  readonly alignEnd?: boolean;
  readonly styles?: CSSResult;
  header?(context: DrawContext): TemplateResult;
  cell(context: DrawContext, row: number): TemplateResult;
}

/** For `cssom()`: the custom properties that `.service` colours are made from. */
export function colourValues({ hue, tone, stripes }: ServiceColour): StyleValues {
  return {
    '--hue': String(hue),
    '--tone': `var(--tone-${tone})`,
    '--chroma': `var(--chroma-${tone})`,
    '--service-fill': stripes === 0 ? 'var(--service-colour)' : `var(--service-stripes-${stripes})`,
    '--service-ground': stripes === 0 ? 'var(--service-tint)' : `var(--service-tint-stripes-${stripes})`,
  };
}
