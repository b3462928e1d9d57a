import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { errorMessage, type Log } from '../../base/log';
import { parseStatus } from './gitStatus';
import type { SourceState } from './runs';

/** The part of the built-in Git extension's API that is used here. */
interface GitApi {
  getRepository(uri: vscode.Uri): GitRepository | null;
}
interface GitRepository {
  readonly state: {
    readonly HEAD?: { readonly commit?: string };
    readonly indexChanges: readonly GitChange[];
    readonly workingTreeChanges: readonly GitChange[];
    readonly mergeChanges: readonly GitChange[];
    readonly untrackedChanges?: readonly GitChange[];
  };
  status?(): Promise<void>;
}
interface GitChange {
  readonly uri: vscode.Uri;
}

const ABBREVIATED = 7;
const TIMEOUT_MS = 3_000;
const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;

/** What the folder's program is made from at this moment; undefined outside repositories, and where git cannot tell in time. */
export async function sourceState(folder: vscode.Uri, log: Log): Promise<SourceState | undefined> {
  try {
    return (await byExtension(folder)) ?? (await byCommand(folder.fsPath));
  } catch (error) {
    log.debug(`What ${folder.fsPath} is made from is not known: ${errorMessage(error)}`);
    return undefined;
  }
}

/** Only where the extension runs already: its start would take longer than git itself. */
async function byExtension(folder: vscode.Uri): Promise<SourceState | undefined> {
  const extension = vscode.extensions.getExtension<{ readonly enabled: boolean; getAPI(version: 1): GitApi }>(
    'vscode.git',
  );
  if (!extension?.isActive || !extension.exports.enabled) return undefined;
  const repository = extension.exports.getAPI(1).getRepository(folder);
  // What the extension knows may be as old as its last look.
  await repository?.status?.();
  const {
    HEAD,
    indexChanges = [],
    workingTreeChanges = [],
    mergeChanges = [],
    untrackedChanges = [],
  } = repository?.state ?? {};
  if (!HEAD?.commit) return undefined;
  const changes = [...indexChanges, ...workingTreeChanges, ...mergeChanges, ...untrackedChanges];
  const changedFiles = new Set(changes.map(({ uri }) => uri.toString())).size;
  return { commit: HEAD.commit.slice(0, ABBREVIATED), changedFiles };
}

/** A repository can name programs that git runs for it; those that a look at its state would run are switched off. */
async function byCommand(folder: string): Promise<SourceState | undefined> {
  const args = ['--no-optional-locks', '-c', 'core.fsmonitor=false', 'status', '--porcelain=v2', '--branch', '-z'];
  const options = { cwd: folder, timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT_BYTES, windowsHide: true };
  const { stdout } = await promisify(execFile)('git', args, options);
  return parseStatus(stdout);
}
