export interface Disposable {
  dispose(): void;
}

/**
 * Owns what a part subscribed to. Disposes in reverse order of addition; what is added after disposal is disposed at once.
 * One failing member does not keep the others alive: the first error is thrown after all were disposed.
 */
export class Disposables implements Disposable {
  private members: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(member: T): T {
    if (this.disposed) member.dispose();
    else this.members.push(member);
    return member;
  }

  /** Runs `cleanUp` on disposal. */
  onDispose(cleanUp: () => void): void {
    this.add({ dispose: cleanUp });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    let first: { error: unknown } | undefined;
    for (const member of this.members.splice(0).reverse()) {
      try {
        member.dispose();
      } catch (error) {
        first ??= { error };
      }
    }
    if (first) throw first.error;
  }
}
