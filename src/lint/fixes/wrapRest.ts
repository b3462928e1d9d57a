import { isAsync, isGenerator } from '../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import type { TextEdit } from '../rule';
import { indentAt, indentStep, insertAt, lineBreak } from './edits';

/** The statements that follow one in its block, when they can be moved into a function without changing what they do. */
export interface Rest {
  readonly statement: ts.Statement;
  readonly following: readonly ts.Statement[];
  readonly owner: FunctionNode | undefined;
  readonly awaits: boolean;
  readonly returns: boolean;
}

/**
 * What follows `statement` up to the end of the function's body. Undefined where a function around it would change the program: jumps
 * out, `yield`, `arguments`, text over several lines whose white space counts, or a body that is not the function's own.
 */
export function restAfter(source: ts.SourceFile, statement: ts.Statement): Rest | undefined {
  const block = statement.parent;
  if (!ts.isBlock(block) || !isFunctionNode(block.parent)) return undefined;
  const owner = block.parent;
  if (ts.isConstructorDeclaration(owner) || ts.isSetAccessorDeclaration(owner) || isGenerator(owner)) return undefined;
  const following = block.statements.slice(block.statements.indexOf(statement) + 1);
  if (following.length === 0) return undefined;
  const found = { awaits: false, returns: false };
  const movable = following.every((each) => isMovable(source, each, found));
  if (!movable || (found.awaits && !isAsync(owner))) return undefined;
  return { statement, following, owner, ...found };
}

function isMovable(source: ts.SourceFile, root: ts.Node, found: { awaits: boolean; returns: boolean }): boolean {
  let movable = true;
  walk(root, (node) => {
    if (isMultiLineText(source, node) || (ts.isIdentifier(node) && node.text === 'arguments')) movable = false;
    if (isFunctionNode(node)) {
      if (ts.isFunctionDeclaration(node)) movable = false; // hoisted: what stands before may call it
      return !!hasText(source, node);
    }
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) found.awaits = true;
    if (ts.isReturnStatement(node)) found.returns = true;
    if (ts.isYieldExpression(node) || (ts.isVariableStatement(node) && isVar(node))) movable = false;
    return true;
  });
  return movable;
}

function hasText(source: ts.SourceFile, node: ts.Node): boolean {
  return source.text.slice(node.pos, node.end).includes('`');
}

function isVar(node: ts.VariableStatement): boolean {
  return (node.declarationList.flags & ts.NodeFlags.BlockScoped) === 0;
}

function isMultiLineText(source: ts.SourceFile, node: ts.Node): boolean {
  const isText = ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node);
  return isText && source.text.slice(node.getStart(source), node.end).includes('\n');
}

/**
 * Edits that put `head` in place of `range` of the statement and the rest into the function that `head` opens: `head` ends with `{`, and
 * `})` closes it.
 */
export function wrapRest(source: ts.SourceFile, rest: Rest, head: string): TextEdit[] {
  const { text } = source;
  const newline = lineBreak(source);
  const step = indentStep(source);
  const start = rest.statement.getStart(source);
  const indent = indentAt(text, start);
  const last = rest.following.at(-1)!;
  const edits: TextEdit[] = [{ start, end: rest.statement.end, text: head }];
  for (let at = text.indexOf('\n', rest.statement.end); at >= 0 && at < last.end; at = text.indexOf('\n', at + 1)) {
    const next = text[at + 1];
    if (next !== undefined && next !== '\n' && next !== '\r' && at + 1 < last.end) edits.push(insertAt(at + 1, step));
  }
  edits.push(insertAt(last.end, `${newline}${indent}});`));
  return edits;
}
