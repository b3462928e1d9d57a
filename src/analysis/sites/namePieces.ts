import type { FileModel } from '../../lint/model';
import { unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import { constantText } from '../../lint/values/constants';

/** Fewer letters in a row say nothing: `${a}-${b}` is like every name. */
const TELLING = /\p{L}{3}/u;

/** A name as the pieces between what is known at run time only; undefined when too little of it is written down. */
export function namePieces(file: FileModel, expression: ts.Expression): string[] | undefined {
  const pieces = piecesOf(file, expression);
  if (pieces.length === 1) return pieces[0] === '' ? undefined : pieces;
  return pieces.some((piece) => TELLING.test(piece)) ? pieces : undefined;
}

/** At least one piece; `['', '']` is a single hole. */
export function piecesOf(file: FileModel, expression: ts.Expression): string[] {
  const node = unwrap(expression);
  const constant = constantText(file, node);
  if (constant && !constant.guessed) return [constant.text];
  if (ts.isTemplateExpression(node)) {
    let pieces = [node.head.text];
    for (const span of node.templateSpans)
      pieces = joined(joined(pieces, piecesOf(file, span.expression)), [span.literal.text]);
    return pieces;
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return joined(piecesOf(file, node.left), piecesOf(file, node.right));
  return ['', ''];
}

/** One text behind the other; holes that touch are one. */
export function joined(a: readonly string[], b: readonly string[]): string[] {
  const seam = a[a.length - 1] + b[0];
  const all = [...a.slice(0, -1), seam, ...b.slice(1)];
  return all.filter((piece, i) => piece !== '' || i === 0 || i === all.length - 1);
}
