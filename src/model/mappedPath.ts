import type { Confidence, SourceLocation } from './sourceLocation';

/** What a path that a program named is on this machine. */
export interface MappedPath {
  /** As `pathKey` writes it; the program's own where no file is known. */
  readonly path: string;
  /** How sure we are that this file is meant; `certain` for what the program or the user said. */
  readonly confidence: Confidence;
  /** In words, to follow what is said of the location; undefined where the path is the program's own. */
  readonly reason?: string;
  /** Files that could be meant just as well, where nothing tells them apart. */
  readonly candidates?: readonly string[];
  /** The program's service may tell files apart that the path alone does not. */
  readonly byService?: boolean;
}

/** Tells which file here a program's path means: programs run in containers, and are built elsewhere. */
export interface PathMapper {
  /** Changes whenever answers may differ from those before. */
  readonly generation: number;
  /** `path` as `pathKey` writes it. Cheap for a path that was asked before. */
  map(path: string, service?: string): MappedPath;
}

/** Takes every path for what it says. */
export const pathsAsTheyAre: PathMapper = {
  generation: 0,
  map: (path) => ({ path, confidence: 'certain' }),
};

const SURENESS: readonly Confidence[] = ['certain', 'likely', 'possible'];

export function lesserConfidence(a: Confidence, b: Confidence): Confidence {
  return SURENESS[Math.max(SURENESS.indexOf(a), SURENESS.indexOf(b))];
}

/** `seen when the program started the span; /app/src/a.js is src/a.js here`. */
export function joinedReason(reason: string, mapped: Pick<MappedPath, 'reason'>): string {
  return mapped.reason === undefined ? reason : `${reason}; ${mapped.reason}`;
}

/** A program's location as one on this machine. */
export function mappedLocation(location: SourceLocation, mapper: PathMapper, service?: string): SourceLocation {
  const mapped = mapper.map(location.path, service);
  const { path, candidates } = mapped;
  return {
    ...location,
    path,
    ...(path !== location.path && { recorded: location.path }),
    confidence: lesserConfidence(location.confidence, mapped.confidence),
    reason: joinedReason(location.reason, mapped),
    ...(candidates && { candidates }),
  };
}
