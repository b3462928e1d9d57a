import type { Engine } from '../../src/engine/engine';

/** One client in one way of sending. */
export interface Cell {
  readonly name: string;
  /** What is wrong; nothing, when all is well. */
  check(engine: Engine, url: string): Promise<string[]>;
}

export interface Client {
  readonly cells: readonly Cell[];
  /** Fetches what the client needs, once. Why it cannot be had on this machine; undefined when it is there. */
  prepare(): Promise<string | undefined>;
}
