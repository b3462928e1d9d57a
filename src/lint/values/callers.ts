import type { FileModel } from '../model';
import { argument } from '../syntax/nodes';
import type { FunctionNode } from '../syntax/walk';
import { ts } from '../ts';

const MAX_CALLERS = 12;

/** What callers pass, when every caller is known: a function of this file that is only ever called, never handed on. */
export function passedTo(file: FileModel, owner: FunctionNode, index: number): ts.Expression[] | undefined {
  const name = functionName(owner);
  const binding = name && file.scopes.bindingOf(name);
  if (!binding || binding.references.length === 0 || binding.references.length > MAX_CALLERS) return undefined;
  if (
    [...file.exports.byName.values()].some(
      (entry) => entry.from === 'here' && file.scopes.bindingOf(entry.node) === binding,
    )
  )
    return undefined;
  const passed: ts.Expression[] = [];
  for (const { node } of binding.references) {
    if (!ts.isCallExpression(node.parent) || node.parent.expression !== node) return undefined;
    const value = argument(node.parent, index);
    if (!value) return undefined;
    passed.push(value);
  }
  return passed;
}

function functionName(node: FunctionNode): ts.Identifier | undefined {
  if (ts.isFunctionDeclaration(node)) return node.name;
  const { parent } = node;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name : undefined;
}
