import type * as vscode from 'vscode';
import { plural } from '../texts';

const TAKEN = 'traces.firstLook';

/** A number on Spanline's icon until its view was open for once: who is new does not know where traces go. */
export class FirstLook {
  constructor(
    private readonly view: vscode.TreeView<unknown>,
    private readonly memory: vscode.Memento,
  ) {
    if (view.visible) this.taken();
  }

  tell(traces: number): void {
    if (this.memory.get(TAKEN)) return;
    if (this.view.visible && traces > 0) return this.taken();
    this.view.badge = traces > 0 ? { value: traces, tooltip: plural(traces, 'trace') } : undefined;
  }

  /** Somebody sees the view. */
  taken(): void {
    this.view.badge = undefined;
    void this.memory.update(TAKEN, true);
  }
}
