import type { RunId } from '../model/ids';

/** Where a request came from, as the stores are told. */
export interface JournalOrigin {
  readonly run: RunId;
  readonly runName: string;
  readonly from: string;
  readonly thread?: string;
  readonly last?: boolean;
  readonly held?: boolean;
}

export function encodeOrigin({ run, runName, from, thread, last, held }: JournalOrigin): Buffer {
  return Buffer.from(JSON.stringify({ run, runName, from, thread, last, held }));
}

/** Undefined for what is none. */
export function decodeOrigin(body: Buffer): JournalOrigin | undefined {
  try {
    const origin = JSON.parse(body.toString()) as Partial<Record<keyof JournalOrigin, unknown>>;
    const { run, runName, from, thread, last, held } = origin;
    if (typeof run !== 'string' || typeof runName !== 'string' || typeof from !== 'string') return undefined;
    return {
      run: run as RunId,
      runName,
      from,
      ...(typeof thread === 'string' && { thread }),
      ...(last === true && { last }),
      ...(held === true && { held }),
    };
  } catch {
    return undefined;
  }
}

export function isSameOrigin(a: JournalOrigin, b: JournalOrigin): boolean {
  return (
    a.run === b.run &&
    a.from === b.from &&
    a.runName === b.runName &&
    a.thread === b.thread &&
    a.last === b.last &&
    a.held === b.held
  );
}
