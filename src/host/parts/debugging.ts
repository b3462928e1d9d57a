import * as vscode from 'vscode';
import type { RunId } from '../../model/ids';
import { AttachedPrograms } from '../attach/attachedPrograms';
import { AttachedSessions } from '../attach/attachedSessions';
import { Entries } from '../attach/entries';
import { DebugPauses } from '../debug/debugPauses';
import { DebugSessions } from '../debug/debugSessions';
import { installPreload } from '../debug/preloadFiles';
import { RecentSessions } from '../debug/recentSessions';
import { DebuggedPrograms } from '../status/debuggedPrograms';
import { Recording } from '../status/recording';
import { TerminalSessions } from '../terminals/terminalSessions';
import { TracedTerminals } from '../terminals/tracedTerminals';
import type { Core } from './core';

/** What gets into programs, and knows which ones run. */
export interface Debugging {
  readonly recent: RecentSessions;
  readonly entries: Entries;
  readonly attached: AttachedPrograms;
  readonly programs: DebuggedPrograms;
  readonly recording: Recording;
  readonly terminals: TracedTerminals;
}

export function createDebugging({ context, engine, settings, runs, log, file, own }: Core): Debugging {
  const recent = new RecentSessions();
  const preloadFolder = vscode.Uri.joinPath(context.globalStorageUri, 'preload').fsPath;
  const entering = {
    engine,
    settings,
    runs,
    log,
    installPreload: () => installPreload(file('dist/preload'), preloadFolder, log),
  };
  const sessions = own(new DebugSessions({ ...entering, recent }));
  const entries = new Entries({ ...entering, inspector: file('dist/inspector.js') });
  const attachedSessions = own(new AttachedSessions({ entries, settings, recent, log }));
  const sessionRun = (session: vscode.DebugSession): RunId | undefined =>
    sessions.sessionRun(session) ?? attachedSessions.sessionRun(session);
  own(new DebugPauses({ engine, log, sessionRun }));
  const recording = own(new Recording(log));
  const isStarting = () => sessions.isStarting;
  const programs = own(new DebuggedPrograms({ engine, recording, log, sessionRun, isStarting }));
  const attached = own(new AttachedPrograms(entries, engine));
  const collection = context.environmentVariableCollection;
  const terminalSessions = new TerminalSessions(engine, runs, context.workspaceState);
  const terminals = own(new TracedTerminals({ ...entering, recording, sessions: terminalSessions, collection }));
  return { recent, entries, attached, programs, recording, terminals };
}
