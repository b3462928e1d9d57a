/**
 * The file that NODE_OPTIONS names: a guest in somebody else's process. It decides whether the process is worth recording and
 * sets two traps; everything else waits in other files until a tracer provider appears. Bundled to ES2015, because an old Node
 * must at least be able to parse it.
 */
import { supportsCapture } from './stage0/guards';
import { enter } from './stage0/enter';

try {
  if (supportsCapture(process.versions)) enter(__dirname);
} catch {
  // the program runs unrecorded
}
