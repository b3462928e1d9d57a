import type { RunId } from '../model/ids';

/** Where a request came from, as the stores are told. */
export interface JournalOrigin {
  readonly run: RunId;
  readonly runName: string;
  readonly from: string;
}

export function encodeOrigin({ run, runName, from }: JournalOrigin): Buffer {
  return Buffer.from(JSON.stringify({ run, runName, from }));
}

/** Undefined for what is none. */
export function decodeOrigin(body: Buffer): JournalOrigin | undefined {
  try {
    const { run, runName, from } = JSON.parse(body.toString()) as Partial<Record<keyof JournalOrigin, unknown>>;
    if (typeof run !== 'string' || typeof runName !== 'string' || typeof from !== 'string') return undefined;
    return { run: run as RunId, runName, from };
  } catch {
    return undefined;
  }
}

export function isSameOrigin(a: JournalOrigin, b: JournalOrigin): boolean {
  return a.run === b.run && a.from === b.from && a.runName === b.runName;
}
