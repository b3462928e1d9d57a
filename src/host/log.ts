import type * as vscode from 'vscode';
import { type Log, logTo } from '../base/log';

/** Our log on a channel of the Output view; the level is the user's choice there. */
export function channelLog(channel: vscode.LogOutputChannel): Log {
  return logTo((level, message) => channel[level](message));
}
