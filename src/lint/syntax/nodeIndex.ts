import { ts } from '../ts';

/** The nodes of a file that rules ask for, each kind in source order. */
export class NodeIndex {
  private readonly callsSeen: ts.CallExpression[] = [];
  private readonly newsSeen: ts.NewExpression[] = [];
  private readonly triesSeen: ts.TryStatement[] = [];

  get calls(): readonly ts.CallExpression[] {
    return this.callsSeen;
  }

  get news(): readonly ts.NewExpression[] {
    return this.newsSeen;
  }

  get tries(): readonly ts.TryStatement[] {
    return this.triesSeen;
  }

  note(node: ts.Node): void {
    if (ts.isCallExpression(node)) this.callsSeen.push(node);
    else if (ts.isNewExpression(node)) this.newsSeen.push(node);
    else if (ts.isTryStatement(node)) this.triesSeen.push(node);
  }
}
