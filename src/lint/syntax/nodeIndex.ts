import { ts } from '../ts';
import { walk } from './walk';

/** The nodes of a file that rules ask for, each kind in source order: one walk for all of them. */
export class NodeIndex {
  readonly calls: readonly ts.CallExpression[];
  readonly news: readonly ts.NewExpression[];
  readonly tries: readonly ts.TryStatement[];

  constructor(source: ts.SourceFile) {
    const calls: ts.CallExpression[] = [];
    const news: ts.NewExpression[] = [];
    const tries: ts.TryStatement[] = [];
    walk(source, (node) => {
      if (ts.isCallExpression(node)) calls.push(node);
      else if (ts.isNewExpression(node)) news.push(node);
      else if (ts.isTryStatement(node)) tries.push(node);
    });
    this.calls = calls;
    this.news = news;
    this.tries = tries;
  }
}
