import type { Log } from '../base/log';
import { joinedReason, lesserConfidence, type PathMapper } from '../model/mappedPath';
import type { SourceLocation } from '../model/sourceLocation';
import { type StackTarget, userFrames } from '../model/stackFrames';
import { CALL_SITE_REASON, CallSites } from './callSites';
import { localFiles, type FileAccess } from './fileAccess';

export const FRAME_REASON = 'stack trace';

/** Whose maps are asked: those on disk, since a trace does not say which process it is from. */
const NO_PROCESS = 0;

/** Finds the source lines that frames of stack traces mean, which may name generated code and paths of another machine. */
export class StackSources {
  private readonly callSites: CallSites;

  constructor(
    private readonly paths: PathMapper,
    log: Log,
    files: FileAccess = localFiles,
  ) {
    this.callSites = new CallSites(log, files);
  }

  /** Changes whenever answers may differ from those before, but for source maps. */
  get generation(): number {
    return this.paths.generation;
  }

  /** The frame as it is where nothing more is known. */
  locate(frame: StackTarget, service?: string): SourceLocation {
    const { line, column, functionName = '' } = frame;
    const mapped = this.paths.map(frame.path, service);
    const { path, candidates } = mapped;
    const source = this.callSites.resolve(NO_PROCESS, [[path, line, column ?? 1, functionName]]);
    const found = source ?? { path, line, confidence: 'certain' as const, reason: CALL_SITE_REASON };
    return {
      path: found.path,
      ...(path !== frame.path && { recorded: frame.path }),
      line: found.line,
      ...(column !== undefined && { column: source?.column ?? column }),
      ...(functionName !== '' && { functionName }),
      confidence: lesserConfidence(found.confidence, mapped.confidence),
      reason: joinedReason(found.reason.replace(CALL_SITE_REASON, FRAME_REASON), mapped),
      ...(candidates && { candidates }),
    };
  }

  /** Where a stack begins in the user's own code; undefined when none of its frames is there. */
  innermost(stack: string, service?: string): SourceLocation | undefined {
    for (const frame of userFrames(stack)) {
      const { path, line, column, functionName = '' } = frame;
      const mapped = this.paths.map(path, service);
      // What its map says to be a library's is none of the user's after all.
      if (this.callSites.resolve(NO_PROCESS, [[mapped.path, line, column ?? 1, functionName]]))
        return this.locate(frame, service);
    }
    return undefined;
  }
}
