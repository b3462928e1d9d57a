import { fileURLToPath } from 'url';
import { isAbsolute } from 'path';
import type { CallFrame } from '../../protocol/preload';
import type { StackFrame } from './callStack';
import { isCompiledSource, positionByLoader } from './loaderPositions';

/** The most frames of one call site. */
export const MOST_FRAMES = 4;

/** One place in generated code, made once per position. */
export interface Frame {
  readonly id: number;
  /** In the program's own code: not Node's, not a package's, not ours. */
  readonly user: boolean;
  /** A function of the tracing API, which bundlers inline into the user's file. */
  readonly plumbing: boolean;
  /** What is sent; file paths instead of `file:` URLs. */
  readonly place: CallFrame;
}

/** Evaluated code may have a new name each time; beyond this many all start anew. */
const MOST_FILES = 10_000;

const FOREIGN: Frame = { id: 0, user: false, plumbing: false, place: ['', 0, 0, ''] };

const IN_PACKAGE = /[\\/]node_modules[\\/]/;
/** Prisma copies its own files to where the program wants its client to be. */
const COPIED = /[\\/](?:generated|prisma)[\\/](?:.+[\\/])?runtime[\\/](?:library|binary|client)\.m?js$/;
const URL_SCHEME = /^[a-z][a-z0-9+.-]+:/i;
const PLUMBING = /(^|\.)(startSpan|startActiveSpan)$/;

/** Reads call sites; a place that was seen before costs two calls instead of ten. */
export class FrameReader {
  private readonly files = new Map<string, FileFrames>();
  private frames = 0;

  /** `home`: the folder of our own files, with a separator at its end. `hasMap`: we know the file's source map. */
  constructor(
    private readonly home: string,
    private readonly hasMap: (file: string) => boolean,
  ) {}

  read(site: StackFrame): Frame {
    const name = site.getFileName() ?? site.getScriptNameOrSourceURL();
    if (!name || name.startsWith('node:')) return FOREIGN;
    let file = this.files.get(name);
    if (this.files.size > MOST_FILES) this.files.clear();
    if (!file) this.files.set(name, (file = { ...fileFacts(name, this.home), byPosition: new Map() }));
    if (!file.user) return FOREIGN;
    const position = site.getPosition();
    let frame = file.byPosition.get(position);
    if (!frame) file.byPosition.set(position, (frame = this.make(site, file.path)));
    return frame;
  }

  /** A place of the user's that no stack has led to. */
  at(place: CallFrame): Frame {
    return { id: ++this.frames, user: true, plumbing: false, place };
  }

  private make(site: StackFrame, path: string): Frame {
    const functionName = site.getFunctionName() ?? '';
    const plumbing = PLUMBING.test(functionName) || PLUMBING.test(site.getMethodName() ?? '');
    const place = [...this.position(site, path), qualified(site, functionName)] as const;
    return { id: ++this.frames, user: true, plumbing, place };
  }

  private position(site: StackFrame, path: string): readonly [file: string, line: number, column: number] {
    const mapped = isCompiledSource(path) && !this.hasMap(path) ? positionByLoader(site) : undefined;
    if (mapped) return [pathOf(mapped.file), mapped.line, mapped.column];
    return [path, site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0];
  }
}

interface FileFrames {
  readonly path: string;
  readonly user: boolean;
  readonly byPosition: Map<number, Frame>;
}

export function fileFacts(name: string, home: string): { path: string; user: boolean } {
  const path = pathOf(name);
  const known = isAbsolute(path) || URL_SCHEME.test(path);
  return { path, user: known && !path.startsWith(home) && !IN_PACKAGE.test(path) && !COPIED.test(path) };
}

function pathOf(name: string): string {
  if (!name.startsWith('file:')) return name;
  try {
    return fileURLToPath(name);
  } catch {
    return name;
  }
}

/** `Orders.load` for a method, `load` for a function; V8 says `Function` and `Object` where the receiver has no class. */
function qualified(site: StackFrame, functionName: string): string {
  if (!functionName || functionName.includes('.') || site.isToplevel() || site.isConstructor()) return functionName;
  const type = site.getTypeName();
  return type && type !== 'Object' && type !== 'Function' ? `${type}.${functionName}` : functionName;
}

export interface Choice {
  /** The user's frames, innermost first. */
  readonly frames: readonly Frame[];
  /** How many frames of the stack lie above the first of them; -1 without any. */
  readonly skipped: number;
}

/** The frames that tell where a span was started: at most four of the user's, below whatever the tracing API left on top. */
export function chooseFrames<T>(stack: readonly T[], read: (raw: T) => Frame): Choice {
  const frames: Frame[] = [];
  let skipped = -1;
  for (let index = 0; index < stack.length && frames.length < MOST_FRAMES; index++) {
    const frame = read(stack[index]);
    if (!frame.user || (frame.plumbing && skipped < 0)) continue;
    if (skipped < 0) skipped = index;
    frames.push(frame);
  }
  return { frames, skipped };
}
