import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposables';
import { Emitter } from '../../base/emitter';
import { errorMessage, type Log } from '../../base/log';
import { CONTEXT_KEYS } from '../../protocol/contributions';

/** Whether programs run whose spans are awaited, in the debugger or in a traced terminal: what empty views say hangs on it. */
export class Recording implements Disposable {
  private readonly running = new Set<unknown>();
  private readonly changes: Emitter<boolean>;

  constructor(log: Log) {
    this.changes = new Emitter((error) => log.error(`Recording: ${errorMessage(error)}`));
  }

  get isOn(): boolean {
    return this.running.size > 0;
  }

  get onChange(): Emitter<boolean>['on'] {
    return this.changes.on;
  }

  /** `program`: whatever stands for it, the same at its end. */
  began(program: unknown): void {
    this.running.add(program);
    if (this.running.size === 1) this.tell();
  }

  ended(program: unknown): void {
    if (this.running.delete(program) && !this.isOn) this.tell();
  }

  dispose(): void {
    this.changes.dispose();
  }

  private tell(): void {
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.recording, this.isOn);
    this.changes.fire(this.isOn);
  }
}
