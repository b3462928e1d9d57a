import { Worker } from 'node:worker_threads';
import type { Log } from '../base/log';
import type { EngineOptions } from '../protocol/engine';
import type { EngineWorker } from './engineClient';

/** Starts `dist/engine.js` in a thread of its own. What it prints goes to the log. */
export function startEngineWorker(file: string, options: EngineOptions, log: Log): EngineWorker {
  const worker = new Worker(file, { workerData: options, name: 'spanline-engine', stdout: true, stderr: true });
  worker.stdout.on('data', (text: Buffer) => log.debug(`engine: ${text.toString().trimEnd()}`));
  worker.stderr.on('data', (text: Buffer) => log.warn(`engine: ${text.toString().trimEnd()}`));
  return worker;
}
