import { parentPort, workerData } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { type LogLevel, logTo } from '../base/log';
import type { EngineApi, EngineEvents, EngineOptions } from '../protocol/engine';
import { startEngine } from './startEngine';
import { transferables } from './transfer';

/** Of calls to the extension host; what waits for them is a window that has just been opened. */
const HOST_TIMEOUT_MS = 1_500;

/** The worker's entry: the engine, with calls and events over the port to the extension host. */
function main(): void {
  const port = parentPort;
  if (!port) throw new Error('engine.js is the entry of a worker thread: start it with new Worker()');
  // What an engine says while it is made, such as of a full disk, waits until there is somebody to tell.
  const early: [LogLevel, string][] = [];
  let tell = (level: LogLevel, message: string): void => void early.push([level, message]);
  const log = logTo((level, message) => tell(level, message));
  const isAttended = async () => events.isAttended().catch(() => false);
  const engine = startEngine(workerData as EngineOptions, log, isAttended);
  const events = createBirpc<EngineEvents, EngineApi>(engine, {
    post: (message: { r?: unknown }) => port.postMessage(message, transferables(message.r)),
    on: (listener) => port.on('message', listener),
    bind: 'functions',
    timeout: HOST_TIMEOUT_MS,
  });
  tell = (level, message) => void events.log.asEvent(level, message);
  for (const [level, message] of early) tell(level, message);
  engine.onChange((change) => void events.changed.asEvent(change));
  engine.onExit(({ run, exitCode }) => void events.exited.asEvent(run, exitCode));
  engine.onSitesWanted((languages) => void events.sitesWanted.asEvent(languages));
  engine.onStatus((status) => void events.status.asEvent(status));
  // One request's bad luck must not end everybody's debug sessions.
  process.on('uncaughtException', (error) => log.error(`The engine goes on after: ${error.stack ?? error.message}`));
  process.on('unhandledRejection', (reason) => log.error(`The engine goes on after: ${String(reason)}`));
}

main();
