import type { FileModel } from '../model';
import { calleeName, enclosingClass, isAsync, lastName, receiver, returnedExpressions, unwrap } from '../syntax/nodes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import type { TypeOracle } from '../types/typeOracle';
import { classMember } from './classMembers';
import { declaredFunction } from './declaredFunctions';

const MAX_DEPTH = 5;

/** True when an expression is shown to be a promise: by an async function, a declared type, a promise's own methods. */
export function isPromise(file: FileModel, expression: ts.Expression, types?: TypeOracle, depth = 0): boolean {
  const node = unwrap(expression);
  if (depth > MAX_DEPTH) return false;
  if (ts.isNewExpression(node)) return calleeName(node) === 'Promise';
  if (ts.isConditionalExpression(node))
    return isPromise(file, node.whenTrue, types, depth + 1) || isPromise(file, node.whenFalse, types, depth + 1);
  if (!ts.isCallExpression(node)) return false;
  return isPromiseCall(file, node, depth) || types?.factsOf(node)?.isPromise === true;
}

function isPromiseCall(file: FileModel, call: ts.CallExpression, depth: number): boolean {
  const name = calleeName(call);
  const on = receiver(call);
  const callee = unwrap(call.expression);
  if (isFunctionNode(callee)) return isAsync(callee);
  if (on && lastName(on) === 'Promise') return true;
  if (on && (name === 'then' || name === 'finally')) return true;
  if (on && (name === 'startActiveSpan' || (name === 'with' && file.kinds.is(on, 'contextApi')))) {
    const run = call.arguments.find((each) => isFunctionNode(unwrap(each)));
    return run !== undefined && givesPromise(file, unwrap(run) as FunctionNode, depth + 1);
  }
  if (ts.isIdentifier(callee)) {
    if (callee.text === 'fetch' && !file.scopes.bindingOf(callee)) return true;
    const declared = declaredFunction(file, callee);
    return declared !== undefined && givesPromise(declared.file, declared.node, depth + 1);
  }
  if (!on || name === undefined || unwrap(on).kind !== ts.SyntaxKind.ThisKeyword) return false;
  const owner = enclosingClass(call);
  const member = owner && classMember(owner, name);
  return member !== undefined && ts.isMethodDeclaration(member) && givesPromise(file, member, depth + 1);
}

/** True when a call of the function gives a promise. */
export function givesPromise(file: FileModel, node: FunctionNode, depth = 0): boolean {
  if ('asteriskToken' in node && node.asteriskToken) return false;
  if (isAsync(node)) return true;
  if (node.type) return ts.isTypeReferenceNode(node.type) && node.type.typeName.getText() === 'Promise';
  return depth <= MAX_DEPTH && returnedExpressions(node).some((each) => isPromise(file, each, undefined, depth + 1));
}
