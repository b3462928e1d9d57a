import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const PREFIX = 'spanline-run-';
/** What `os.tmpdir()` and the temporary folders of other languages read. */
const VARIABLES = ['TMPDIR', 'TMP', 'TEMP'];
const ENDING_SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Gives this process, and all that it starts, a temporary folder that goes when this process ends: editors, debuggers and the programs
 * under test leave sockets, logs and folders behind, above all those that are killed. Within such a folder it does nothing.
 */
export function useOwnTemporaryFolder(): void {
  if (basename(tmpdir()).startsWith(PREFIX)) return;
  const folder = mkdtempSync(join(realpathSync(shortTemporaryFolder()), PREFIX));
  for (const name of VARIABLES) process.env[name] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  exitOnSignals();
}

/** A socket's path may have about a hundred characters, and that of a Mac's own folder takes half of them. */
function shortTemporaryFolder(): string {
  return process.platform === 'darwin' ? '/tmp' : tmpdir();
}

/** A signal ends a process without its "exit" event, by which we end what we started and remove what we left. */
export function exitOnSignals(): void {
  for (const [signal, code] of Object.entries(ENDING_SIGNALS)) {
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(code));
  }
}
