import type { Disposable } from '../../base/disposables';
import { Emitter } from '../../base/emitter';
import { errorMessage, type Log } from '../../base/log';

/** The user's wish that all files be checked, which may come before there is a language server. */
export class WorkspaceChecks implements Disposable {
  /** Nobody has taken the wish yet. */
  isWanted = false;
  private readonly wishes: Emitter<void>;

  constructor(log: Log) {
    this.wishes = new Emitter((error) => log.error(`Check of the workspace: ${errorMessage(error)}`));
  }

  get onWanted(): Emitter<void>['on'] {
    return this.wishes.on;
  }

  want(): void {
    this.isWanted = true;
    this.wishes.fire();
  }

  dispose(): void {
    this.wishes.dispose();
  }
}
