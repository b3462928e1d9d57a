import type { StackFrame } from './callStack';

/** Sources that something compiled while they were loaded. */
const COMPILED_SOURCE = /\.([cm]?tsx?|jsx|vue|svelte|coffee)$/i;

/** `at name (file:line:column)` or `at file:line:column`, the last row of a printed stack. */
const ROW = /^\s*at (?:.*? \()?(.+?):(\d+):(\d+)\)?$/;

export interface Position {
  /** As the loader writes it: a path or a `file:` URL. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export function isCompiledSource(file: string): boolean {
  return COMPILED_SOURCE.test(file);
}

/**
 * The position that the program's loader would print for a frame. Some (swc-node, vite's module runner) keep their source maps
 * to themselves and install a `prepareStackTrace`; undefined where there is none, or where it says the same as the frame.
 */
export function positionByLoader(frame: StackFrame): Position | undefined {
  const prepare = (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  if (typeof prepare !== 'function') return undefined;
  try {
    const position = parsePosition(String(prepare(new Error(), [frame])));
    const moved = position?.line !== frame.getLineNumber() || position.column !== frame.getColumnNumber();
    return moved ? position : undefined;
  } catch {
    return undefined;
  }
}

export function parsePosition(printed: string): Position | undefined {
  const match = ROW.exec(printed.slice(printed.lastIndexOf('\n') + 1));
  return match ? { file: match[1], line: Number(match[2]), column: Number(match[3]) } : undefined;
}
