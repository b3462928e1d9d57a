import { parentPort, workerData } from 'node:worker_threads';
import { loadCompiled } from '../compiledCode';
import type { ThreadData } from './messages';
import type * as Serving from './serveScans';

/** The entry of the threads that scan. */
function main(): void {
  const port = parentPort;
  if (!port) throw new Error('scanThread.cjs is the entry of a worker thread: start it with new Worker()');
  const data = workerData as ThreadData;
  const { exports, keep } = loadCompiled<typeof Serving>(data.compiler, data.kind);
  exports.serveScans(port, data, keep);
}

main();
