import { parentPort, workerData } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { logTo } from '../../base/log';
import type { SiteWorkerApi, SiteWorkerEvents, SiteWorkerOptions } from '../../protocol/siteIndexing';
import { SiteWorker } from './siteWorker';

/** The worker's entry: it is started when the first program in one of its languages sends spans that do not say their lines. */
function main(): void {
  const port = parentPort;
  if (!port) throw new Error('sites.js is the entry of a worker thread: start it with new Worker()');
  const { grammars } = workerData as SiteWorkerOptions;
  const log = logTo((level, message) => void events.log.asEvent(level, message));
  const worker = new SiteWorker(grammars, (change) => void events.found.asEvent(change), log);
  const events = createBirpc<SiteWorkerEvents, SiteWorkerApi>(worker, {
    post: (message) => port.postMessage(message),
    on: (listener) => port.on('message', listener),
    bind: 'functions',
  });
}

main();
