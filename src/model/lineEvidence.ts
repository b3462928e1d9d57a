import type { RunId } from './ids';
import type { RedactionCount } from './redaction';
import type { Confidence } from './sourceLocation';

/** What the spans of one line say about the code that made them, in the latest run that reached it. Open spans are not in `count`. */
export interface LineEvidence {
  /** 1-based. */
  readonly line: number;
  readonly run: RunId;
  /** How sure it is that the spans were made here. */
  readonly confidence: Confidence;
  /** Spans that ended. */
  readonly count: number;
  /** Half of them took no longer, in nanoseconds. */
  readonly p50: number;
  /** Of `count`: with neither a parent nor links. */
  readonly roots: number;
  /** Spans that were under way when their program ended. */
  readonly neverEnded: number;
  /** Set when spans that never end would be known: their program was watched, and has ended. */
  readonly endsKnown?: boolean;
  readonly names: DistinctNames;
  /** The same over every run that is held. */
  readonly everyRun: { readonly count: number; readonly names: DistinctNames };
  readonly sample: SpanSample;
  readonly redactions: readonly RedactionCount[];
  readonly contextLoss?: ContextLoss;
}

export interface DistinctNames {
  readonly count: number;
  /** There are more than were told apart. */
  readonly more?: boolean;
}

/** What was looked at of the newest spans of a line, one by one. */
export interface SpanSample {
  readonly spans: number;
  /** Milliseconds since 1970 when the newest of them started; 0 without any. */
  readonly latestStart: number;
  /** Thread of the newest, as the preload numbers them; undefined for programs that it is not in. */
  readonly thread?: string;
  /** Has spans below it. */
  readonly withChildren: number;
  /** Something below went on after it had ended. */
  readonly outlived: number;
  /** By how many nanoseconds at most. */
  readonly outlivedBy: number;
  /** A span right below failed, and this one does not say so. */
  readonly failedBelow: number;
  /** Holds an exception, and its status is not error. */
  readonly silentExceptions: number;
  /** Names a parent in its own process that did not arrive. */
  readonly parentMissing: number;
  /** Most spans of the line in one trace. */
  readonly mostInTrace: number;
  /** How many have an attribute of that key. */
  readonly keys: Readonly<Record<string, number>>;
  /** The most that one parent has of the line, where these are calls of other systems. */
  readonly repeated?: RepeatedCall;
}

/** Calls of one line under one parent. */
export interface RepeatedCall {
  readonly count: number;
  /** Not all spans of the trace were looked at. */
  readonly more?: boolean;
  /** Name of the parent. */
  readonly under: string;
  /** Nanoseconds in which at least one of them was under way, and those of the parent. */
  readonly busy: number;
  readonly parentTook: number;
  /** Each began when the one before it had ended. */
  readonly inTurn: boolean;
}

/** Spans became roots while, on their thread, something else was under way that they seem to belong to. */
export interface ContextLoss {
  readonly roots: number;
  /** How many of those that were looked at began inside another trace. */
  readonly inside: number;
  /** What was under way most often. */
  readonly operation: string;
}

/** What the programs were called that a folder's code runs in, and who made their spans, in the latest run that came. */
export interface ProgramEvidence {
  readonly services: readonly string[];
  /** Names of instrumentation scopes. */
  readonly scopes: readonly string[];
  /** Milliseconds since 1970 when the latest of their spans arrived. */
  readonly latest: number;
}

export interface FileEvidence {
  readonly lines: readonly LineEvidence[];
  /** Where a folder was named, and spans of its code have come. */
  readonly program?: ProgramEvidence;
}

export interface EvidenceQuery {
  /** Names of one file, as {@link pathKey} writes them: the one it was opened by, the one without links. */
  readonly paths: readonly string[];
  /** Spans of a run that started before these milliseconds since 1970 are of another text of the file. */
  readonly since?: Readonly<Record<string, number>>;
  /** As the paths are written: programs that run code below it are asked for, too. */
  readonly folder?: string;
}
