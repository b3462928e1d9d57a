// Prints what one captured call site costs under the Node that runs this: taking a stack, and formatting it.
import { captureStack, framesOf } from '../../../src/preload/capture/callStack';

/** What it prints, in nanoseconds. */
export interface CaptureCosts {
  readonly capture: number;
  readonly format: number;
}

/** Frames taken, as learned for a tracer that is called from two functions, and frames that there are. */
const [LIMIT, STACK] = [5, 20];
const ROUNDS = 7;
const count = Number(process.argv[2]);

function deep(depth: number, work: () => void): void {
  if (depth === 0) work();
  else deep(depth - 1, work);
}

function startSpan(): object {
  const holder = {};
  captureStack(holder, startSpan, LIMIT);
  return holder;
}

/** Of some rounds the fastest: whatever else the machine does only ever adds. */
function nanoseconds(work: () => void): number {
  let fastest = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    deep(STACK, () => {
      for (let i = 0; i < count; i++) work();
    });
    fastest = Math.min(fastest, Number(process.hrtime.bigint() - start) / count);
  }
  return fastest;
}

const capture = nanoseconds(startSpan);
const both = nanoseconds(() => framesOf(startSpan()));
const costs: CaptureCosts = { capture: Math.round(capture), format: Math.round(both - capture) };
console.log(JSON.stringify(costs));
