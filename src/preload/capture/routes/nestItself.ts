import { framesOf, type RawStack, type StackFrame } from '../callStack';

const NEST_FILE = /[\\/]node_modules[\\/]@nestjs[\\/]/;
const APPLICATION_FILE = /[\\/]nest-application\.js$/;
const USE = /(?:^|\.)use$/;

const known = new WeakMap<RawStack, boolean>();

/** Whether Nest set it up by itself, when the program did no more than make it or have it listen: not by the program's `app.use(…)`. */
export function isOfNestItself(stack: RawStack): boolean {
  let answer = known.get(stack);
  if (answer === undefined) known.set(stack, (answer = looksOfNest(framesOf(stack))));
  return answer;
}

function looksOfNest(frames: readonly StackFrame[]): boolean {
  const ofNest = frames.filter((frame) => NEST_FILE.test(frame.getFileName() ?? ''));
  const isUse = (frame: StackFrame) =>
    APPLICATION_FILE.test(frame.getFileName() ?? '') && USE.test(frame.getFunctionName() ?? '');
  return ofNest.length > 0 && !ofNest.some(isUse);
}
