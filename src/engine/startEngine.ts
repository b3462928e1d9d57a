import type { Log } from '../base/log';
import type { EngineOptions } from '../protocol/engine';
import { Engine } from './engine';

/**
 * An engine, in this thread. Its shared ports are being tried; {@link Engine.status} tells which it got. `isAttended`: whether
 * somebody sees what it shows; asked when another engine wants what this one holds.
 */
export function startEngine(options: EngineOptions, log: Log, isAttended?: () => Promise<boolean>): Engine {
  const engine = new Engine(options, log, isAttended);
  engine.start(options.sharedPorts).catch((error: unknown) => log.error(`Shared ports: ${String(error)}`));
  return engine;
}
