import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import { errorMessage, type Log } from '../../base/log';
import type { RunInfo } from '../../protocol/engine';
import type { Runs } from '../debug/runs';
import { sourceState } from '../debug/sourceState';
import type { EngineClient } from '../engineClient';
import type { HostSettings } from '../settings';
import { type Entry, enterProgram } from './entry';
import { entryNotice } from './entryText';
import type { Evaluate, InspectorModule } from './evaluate';

export interface EntriesOptions {
  readonly engine: EngineClient;
  readonly settings: HostSettings;
  readonly runs: Runs;
  readonly log: Log;
  /** Path of the bundle `dist/inspector.js`. */
  readonly inspector: string;
  /** Puts the preload in place and gives its path. */
  installPreload(): Promise<string>;
}

/** Runs of programs that were entered while they ran. */
export class Entries {
  constructor(private readonly parts: EntriesOptions) {}

  begin(name: string, folder: vscode.WorkspaceFolder | undefined): RunInfo {
    const { runs, log } = this.parts;
    const info = runs.next(name);
    if (folder) void sourceState(folder.uri, log).then((source) => source && runs.note(info.run, { source }));
    return info;
  }

  /** Lets the program that `evaluate` reaches send to the run. Rejects where it cannot be entered. */
  async enter(info: RunInfo, folder: vscode.Uri | undefined, evaluate: Evaluate): Promise<Entry> {
    const { engine, settings, log } = this.parts;
    const [preload, endpoint] = await Promise.all([this.parts.installPreload(), engine.openSession(info)]);
    const bundledSdk = settings.get('capture.bundledSdk', folder);
    const entry = await enterProgram({ preload, run: info.run, endpoint, bundledSdk }, evaluate);
    const { text, complete } = entryNotice(`"${info.name}"`, entry);
    log[complete ? 'info' : 'warn'](text);
    return entry;
  }

  /** The run ends; programs that go on without us are told to send no more. */
  end(info: RunInfo): void {
    void this.parts.engine.closeSession(info.run, true);
    this.parts.runs.note(info.run, { endedAt: Date.now() });
  }

  /** Told once for each run: spans that nobody will see are worth a word. */
  tell(name: string, entry: Entry): void {
    const { text, complete } = entryNotice(name, entry);
    if (complete) vscode.window.setStatusBarMessage(`$(plug) ${text}`, STATUS_MS);
    else void vscode.window.showInformationMessage(text);
  }

  withInspector<T>(url: string, talk: (evaluate: Evaluate) => Promise<T>): Promise<T> {
    try {
      const { inspector } = this.parts;
      return (createRequire(inspector)(inspector) as InspectorModule).withInspector(url, talk);
    } catch (error) {
      return Promise.reject(new Error(`the inspector's client could not be loaded: ${errorMessage(error)}`));
    }
  }
}

const STATUS_MS = 8_000;
