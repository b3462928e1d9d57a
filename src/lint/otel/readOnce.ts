import type { FileModel, KindReader } from '../model';
import type { FunctionNode } from '../syntax/walk';

/**
 * Remembers what is read from a function's code. By what is known of the kinds in its file: with types it is more. While it is being read
 * the answer is `meanwhile`, so that functions which call each other come to an end.
 */
export class ReadOnce<Result> {
  private readonly known = new WeakMap<KindReader, Map<FunctionNode, Result>>();

  constructor(private readonly meanwhile: Result) {}

  has({ kinds }: FileModel, node: FunctionNode): boolean {
    return this.known.get(kinds)?.has(node) === true;
  }

  of({ kinds }: FileModel, node: FunctionNode, read: () => Result): Result {
    let ofFile = this.known.get(kinds);
    if (!ofFile) this.known.set(kinds, (ofFile = new Map()));
    if (ofFile.has(node)) return ofFile.get(node) as Result;
    ofFile.set(node, this.meanwhile);
    const result = read();
    ofFile.set(node, result);
    return result;
  }
}
