import type { EngineEvents } from '../../src/protocol/engine';

/** For an engine whose events nobody wants to hear. */
export const UNHEARD: EngineEvents = {
  changed() {},
  status() {},
  log() {},
  exited() {},
  sitesWanted() {},
  isAttended: () => Promise.resolve(true),
};
