import { isAsync } from '../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import type { Refactoring, Selection } from './refactoring';
import { functionName } from './spanNaming';
import { wrapFunction } from './wrapFunction';
import { wrapStatements } from './wrapStatements';

export const wrapInSpan: Refactoring = {
  id: 'wrap-in-span',
  kind: 'refactor.rewrite.wrapInSpan',
  offer(context, selection) {
    const target = targetOf(context.file.source, selection);
    if (!target) return undefined;
    return 'statements' in target
      ? wrapStatements(context, target.statements, selection)
      : wrapFunction(context, target.node);
  },
};

type Target = { readonly node: FunctionNode } | { readonly statements: readonly ts.Statement[] };

function targetOf(source: ts.SourceFile, selection: Selection): Target | undefined {
  const { start, end } = trimmed(source.text, selection);
  if (start === end) {
    const node = functionAt(source, start, selection.asked);
    return node && { node };
  }
  const whole = functionFilling(source, start, end);
  if (whole) return { node: whole };
  const statements = statementsWithin(source, start, end);
  return statements && { statements };
}

function trimmed(text: string, { start, end }: Selection): { start: number; end: number } {
  let from = start;
  let to = end;
  while (from < to && /\s/.test(text[from])) from++;
  while (to > from && /\s/.test(text[to - 1])) to--;
  return { start: from, end: to };
}

/** The innermost function whose head holds the offset; any around it when the user asked. */
function functionAt(source: ts.SourceFile, offset: number, anywhere: boolean): FunctionNode | undefined {
  let found: FunctionNode | undefined;
  walk(source, (node) => {
    if (node.getStart(source) > offset || node.end < offset) return ts.isSourceFile(node);
    if (isFunctionNode(node) && node.body && (anywhere || (isWorthOffering(node) && offset <= headEnd(source, node))))
      found = node;
    const initialized = initializedFunction(node);
    if (initialized && offset <= headEnd(source, initialized)) found = initialized;
    return true;
  });
  return found;
}

/** The small functions that are handed to `map` and `filter` are meant by nobody who moves the cursor over them. */
function isWorthOffering(node: FunctionNode): boolean {
  return isAsync(node) || functionName(node) !== undefined || (node.body !== undefined && ts.isBlock(node.body));
}

function headEnd(source: ts.SourceFile, node: FunctionNode): number {
  const { body } = node;
  return body ? body.getStart(source) : node.end;
}

/** `f` of `const f = () => …` and of a field or property that is a function. */
function initializedFunction(node: ts.Node): FunctionNode | undefined {
  if (ts.isVariableStatement(node)) return initializedFunction(node.declarationList.declarations[0]);
  if (!ts.isVariableDeclaration(node) && !ts.isPropertyDeclaration(node) && !ts.isPropertyAssignment(node))
    return undefined;
  const { initializer } = node;
  return initializer && isFunctionNode(initializer) && initializer.body ? initializer : undefined;
}

/** The function that the selection covers exactly, with what declares it. */
function functionFilling(source: ts.SourceFile, start: number, end: number): FunctionNode | undefined {
  let found: FunctionNode | undefined;
  walk(source, (node) => {
    if (node.end < start || node.pos > end) return false;
    const isFilled = Math.abs(node.getStart(source) - start) === 0 && endsAt(source.text, node.end, end);
    const inner = isFunctionNode(node) ? node : initializedFunction(node);
    if (isFilled && inner?.body && !found) found = inner;
    return true;
  });
  return found;
}

/** A semicolon or comma more or less makes no difference. */
function endsAt(text: string, end: number, selected: number): boolean {
  const [low, high] = end < selected ? [end, selected] : [selected, end];
  return /^[;,\s]*$/.test(text.slice(low, high));
}

/** Whole statements of one block that the selection covers, and nothing beside them. */
function statementsWithin(source: ts.SourceFile, start: number, end: number): readonly ts.Statement[] | undefined {
  let found: readonly ts.Statement[] | undefined;
  walk(source, (node) => {
    if (node.end < start || node.pos > end) return false;
    if (!ts.isBlock(node) && !ts.isSourceFile(node) && !ts.isCaseOrDefaultClause(node)) return true;
    const touched = node.statements.filter((each) => each.getStart(source) < end && each.end > start);
    const isWhole = touched.every((each) => each.getStart(source) >= start && endsBefore(source.text, each.end, end));
    if (touched.length > 0 && isWhole) found ??= touched;
    return true;
  });
  return found;
}

function endsBefore(text: string, end: number, selected: number): boolean {
  return end <= selected || endsAt(text, end, selected);
}
