import type { FileModel, FunctionInFile } from '../model';
import { propertyName, unwrap } from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { isFunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { importOf, moduleOfExpression } from './imports';

const MAX_DEPTH = 24;

/** The function that a name stands for, in this file or in one it imports. */
export function declaredFunction(file: FileModel, callee: ts.Identifier): FunctionInFile | undefined {
  const binding = file.scopes.bindingOf(callee);
  return binding && functionOf(file, binding, 0);
}

function functionOf(file: FileModel, binding: Binding, depth: number): FunctionInFile | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const name of binding.declarations) {
    const { parent } = name;
    if (ts.isFunctionDeclaration(parent) && parent.body) return { file, node: parent };
    if (ts.isVariableDeclaration(parent) && parent.initializer) {
      const value = unwrap(parent.initializer);
      if (isFunctionNode(value)) return { file, node: value };
    }
    const imported = importOf(name);
    if (imported) return exportedFunction(file.module(imported.module), imported.name, depth + 1);
    if (ts.isBindingElement(parent) && ts.isVariableDeclaration(parent.parent.parent)) {
      const initializer = parent.parent.parent.initializer;
      const module = initializer && moduleOfExpression(initializer);
      const inner = propertyName(parent.propertyName ?? parent.name);
      if (module !== undefined && inner !== undefined) return exportedFunction(file.module(module), inner, depth + 1);
    }
  }
  return undefined;
}

function exportedFunction(file: FileModel | undefined, name: string, depth: number): FunctionInFile | undefined {
  if (!file || depth > MAX_DEPTH) return undefined;
  const entry = file.exports.byName.get(name);
  if (entry?.from === 'module') return exportedFunction(file.module(entry.module), entry.name, depth + 1);
  if (entry) {
    if (isFunctionNode(entry.node)) return { file, node: entry.node };
    const binding = file.scopes.bindingOf(entry.node);
    return binding && functionOf(file, binding, depth + 1);
  }
  for (const star of file.exports.stars) {
    const found = exportedFunction(file.module(star), name, depth + 1);
    if (found) return found;
  }
  return undefined;
}
