import type { RunId } from '../model/ids';

/** Tells which spans that have not ended still can. */
export class LiveThreads {
  private readonly runs = new Set<RunId>();
  private readonly gone = new Set<string>();

  runBegan(run: RunId): void {
    this.runs.add(run);
  }

  runEnded(run: RunId): void {
    this.runs.delete(run);
    for (const key of this.gone) if (key.startsWith(`${run} `)) this.gone.delete(key);
  }

  threadEnded(run: RunId, thread: string): void {
    if (this.runs.has(run)) this.gone.add(keyOf(run, thread));
  }

  has({ run, thread }: { readonly run: RunId; readonly thread?: string }): boolean {
    return this.runs.has(run) && (thread === undefined || !this.gone.has(keyOf(run, thread)));
  }
}

function keyOf(run: RunId, thread: string): string {
  return `${run} ${thread}`;
}
