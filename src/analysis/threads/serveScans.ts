import type { MessagePort } from 'node:worker_threads';
import { rules } from '../../lint/index';
import { WATCHED, type FromThread, type ThreadData, type ToThread } from './messages';
import { UnitScanner } from './unitScanner';

/** A thread's work: units as they are sent, until it is ended from outside. `keep` leaves what V8 compiled for other processes. */
export function serveScans(port: MessagePort, { maxHeap, watched }: ThreadData, keep: () => void): void {
  const send = (message: FromThread) => port.postMessage(message);
  const now = new Int32Array(watched);
  let scanner = new UnitScanner({ maxHeap });
  let round = 0;
  port.on('message', (message: ToThread) => {
    if (message.type === 'keep') {
      keep();
      send({ type: 'kept' });
      return;
    }
    if (message.round !== round) {
      round = message.round;
      scanner = new UnitScanner({ maxHeap });
    }
    scanner.documents(message.open);
    const places = new Map(message.unit.paths.map((path, index) => [path, index]));
    now[WATCHED.done] = 0;
    const report = scanner.scan(message.unit, message.options, {
      looking: (path) => {
        now[WATCHED.looking] = path === undefined ? -1 : places.get(path)!;
      },
      done: (files) => {
        now[WATCHED.done] += files;
      },
    });
    send({ type: 'scanned', report });
  });
  now[WATCHED.ready] = 1;
  send({ type: 'ready', rules: [...rules].map(({ id, title }) => ({ id, title })) });
}
