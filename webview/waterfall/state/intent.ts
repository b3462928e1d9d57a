import { type GivenColour, SLOTS } from '../../../src/model/serviceColours';
import { asSpanId, asTraceId, type SpanId, type TraceId } from '../../../src/model/ids';

/** What the waterfall remembers while it is hidden: what the user wants to see, never data. */
export interface Intent {
  readonly traceId?: TraceId;
  readonly spanId?: SpanId;
  readonly follow: boolean;
  /** Folded spans of `traceId`. */
  readonly collapsed: readonly SpanId[];
  readonly critical: boolean;
  /** Ids of the optional columns that show. */
  readonly columns: readonly string[];
  readonly layout: Layout;
  /** Colours that services have, so that they keep them. */
  readonly colours: readonly GivenColour[];
}

/** Sizes that the user drags, in pixels. */
export interface Layout {
  /** Width of the name column; absent: a share of the view's. */
  readonly names?: number;
  /** Width of the details when they stand at the right. */
  readonly detailsWidth: number;
  /** Height of the details when they lie below. */
  readonly detailsHeight: number;
  readonly detailsOpen: boolean;
}

export interface IntentStore {
  load(): unknown;
  save(intent: Intent): void;
}

/** Beyond this many folded spans only the outermost are remembered: the state is kept as text by VS Code. */
export const MOST_REMEMBERED_FOLDS = 2_000;

export const DEFAULT_LAYOUT: Layout = { detailsWidth: 380, detailsHeight: 260, detailsOpen: true };

/** Reads what an earlier version, or nobody, may have saved. */
export function readIntent(saved: unknown): Intent {
  const from = isRecord(saved) ? saved : {};
  const traceId = typeof from.traceId === 'string' ? asTraceId(from.traceId) : undefined;
  const spanId = typeof from.spanId === 'string' ? asSpanId(from.spanId) : undefined;
  return {
    ...(traceId && { traceId }),
    ...(traceId && spanId && { spanId }),
    follow: from.follow !== false,
    collapsed: texts(from.collapsed).filter((id): id is SpanId => asSpanId(id) !== undefined),
    critical: from.critical !== false,
    columns: texts(from.columns),
    layout: readLayout(from.layout),
    colours: Array.isArray(from.colours) ? from.colours.filter(isColour) : [],
  };
}

function isColour(entry: unknown): entry is GivenColour {
  if (!Array.isArray(entry)) return false;
  const [service, slot] = entry as unknown[];
  return typeof service === 'string' && Number.isInteger(slot) && (slot as number) >= 0 && (slot as number) < SLOTS;
}

function readLayout(saved: unknown): Layout {
  const from = isRecord(saved) ? saved : {};
  const isSize = (value: unknown): value is number => typeof value === 'number' && value >= 40 && value <= 10_000;
  const size = (value: unknown, otherwise: number): number => (isSize(value) ? value : otherwise);
  return {
    ...(isSize(from.names) && { names: from.names }),
    detailsWidth: size(from.detailsWidth, DEFAULT_LAYOUT.detailsWidth),
    detailsHeight: size(from.detailsHeight, DEFAULT_LAYOUT.detailsHeight),
    detailsOpen: from.detailsOpen !== false,
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
