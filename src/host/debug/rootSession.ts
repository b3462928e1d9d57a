import type { DebugSession } from 'vscode';

/** The session that the user started, of which this one is a process or a worker. */
export function rootOf(session: DebugSession): DebugSession {
  let root = session;
  while (root.parentSession) root = root.parentSession;
  return root;
}
