/** Traces of one entry point and run that outstay their time. */
const SLOWEST = 5;
const FAILED = 25;
/** What an entry point takes with all its candidates, about. */
export const BYTES_PER_ENTRY_POINT = 4096;

export interface Candidate {
  readonly trace: number;
  readonly startMs: number;
  /** Nanoseconds. */
  readonly duration: number;
  readonly failed: boolean;
}

/** The slowest and the latest failed traces that began with one operation, among those that were offered. */
export class EntryPoint {
  private slowest: Candidate[] = [];
  private failed: Candidate[] = [];
  private displaced: Candidate[] = [];

  constructor(
    /** Index of the run. */
    readonly run: number,
  ) {}

  /** False when it is neither among the slowest nor among the latest failed. Who had to give way is told by {@link takeDisplaced}. */
  offer(candidate: Candidate): boolean {
    const isSlow = this.enter(this.slowest, SLOWEST, candidate, (one) => one.duration);
    const isFailed = candidate.failed && this.enter(this.failed, FAILED, candidate, (one) => one.startMs);
    return isSlow || isFailed;
  }

  /** Slots of traces that were pushed out of every list. */
  takeDisplaced(): number[] {
    const gone = this.displaced.filter((one) => !this.slowest.includes(one) && !this.failed.includes(one));
    this.displaced = [];
    return gone.map(({ trace }) => trace);
  }

  remove(trace: number): void {
    this.slowest = this.slowest.filter((one) => one.trace !== trace);
    this.failed = this.failed.filter((one) => one.trace !== trace);
  }

  private enter(list: Candidate[], limit: number, candidate: Candidate, rank: (one: Candidate) => number): boolean {
    if (list.length < limit) {
      list.push(candidate);
      return true;
    }
    let lowest = 0;
    for (let i = 1; i < limit; i++) if (rank(list[i]) < rank(list[lowest])) lowest = i;
    if (rank(list[lowest]) >= rank(candidate)) return false;
    this.displaced.push(list[lowest]);
    list[lowest] = candidate;
    return true;
  }
}
