import type { EngineSettings } from '../../src/protocol/engine';

/** For an engine in a test: no shared ports, nothing kept on disk, nothing masked or forwarded. */
export const QUIET_ENGINE: EngineSettings = {
  sharedPorts: [],
  maxStoreBytes: 64 * 1024 * 1024,
  maxRequestBytes: 8 * 1024 * 1024,
  allowedHosts: [],
  allowedOrigins: [],
  maxJournalBytes: 0,
  redaction: { secrets: 'off', personalData: 'warn', keys: [] },
  forward: undefined,
  paths: { folders: [], mappings: [] },
};
