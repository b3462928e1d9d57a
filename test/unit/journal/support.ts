import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { logTo } from '../../../src/base/log';
import { Journal, type JournalOptions } from '../../../src/journal/journal';
import type { JournalOrigin } from '../../../src/journal/origin';
import type { JournalSignal, ReplayReport } from '../../../src/journal/replay';
import type { RunId } from '../../../src/model/ids';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spanline-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestJournal {
  readonly journal: Journal;
  readonly logged: string[];
  /** The journal's problem each time it changed. */
  readonly problems: (string | undefined)[];
}

/** A journal until the test is over, 64 MiB unless said otherwise. */
export function openJournal(storageDir: string, options: Partial<JournalOptions> = {}): TestJournal {
  const logged: string[] = [];
  const problems: (string | undefined)[] = [];
  const journal = new Journal({
    storageDir,
    maxBytes: 64 * 1024 * 1024,
    recordsOf: () => undefined,
    pins: new Set(),
    lost: () => {},
    log: logTo((level, message) => logged.push(`${level}: ${message}`)),
    isAttended: () => Promise.resolve(true),
    problemChanged: (problem) => problems.push(problem),
    ...options,
  });
  onTestFinished(() => journal.close());
  return { journal, logged, problems };
}

export function origin(run: string, from = 'otlp'): JournalOrigin {
  return { run: run as RunId, runName: `Launch ${run}`, from };
}

export interface Replayed {
  readonly signal: JournalSignal;
  readonly text: string;
  readonly origin: JournalOrigin;
  readonly receivedAt: number;
}

/** Everything a journal gives back. */
export async function replayed(journal: Journal): Promise<Replayed[]> {
  const requests: Replayed[] = [];
  let report: ReplayReport | undefined;
  await journal.replayTo({
    take: (signal, request, from, receivedAt) =>
      requests.push({ signal, text: Buffer.from(request).toString(), origin: from, receivedAt }),
    clear: () => void requests.splice(0),
    caughtUp: (caughtUp) => (report = caughtUp),
  });
  if (!report) throw new Error('The replay did not come to its end');
  return requests;
}

export async function textsIn(storageDir: string): Promise<string[]> {
  const { journal } = openJournal(storageDir);
  const requests = await replayed(journal);
  journal.close();
  return requests.map(({ text }) => text);
}

/** Paths of the segments in a journal's first folder, oldest first. */
export function segmentsIn(storageDir: string, slot = '1'): string[] {
  const folder = join(storageDir, 'journal', slot);
  const names = readdirSync(folder).filter((name) => name.endsWith('.spj'));
  return names.sort().map((name) => join(folder, name));
}

/** Whether a disk of any size can be had for a test. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync('/tmp/spanline-mount-');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
