import type { FileModel } from '../model';
import { calleeName, enclosingClass, isAsync, lastName, receiver, returnedExpressions, unwrap } from '../syntax/nodes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import type { TypeOracle } from '../types/typeOracle';
import { classMember } from './classMembers';
import { declaredFunction } from './declaredFunctions';
import { importOf, moduleOfExpression } from './imports';

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
  if ((!on || (name !== undefined && REQUESTS.test(name))) && isOfClient(file, on ?? callee)) return true;
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

/** Clients of HTTP whose requests give promises. */
const CLIENTS = /^(axios|got|ky|node-fetch|cross-fetch)$/;
const REQUESTS = /^(get|post|put|patch|delete|head|options|request)$/;

/** `axios.post(…)`, `got(…)`: the name is what the package gives as a whole. */
function isOfClient(file: FileModel, callee: ts.Expression): boolean {
  const declaration = file.scopes.bindingOf(unwrap(callee))?.declarations[0];
  if (!declaration) return false;
  const imported = importOf(declaration);
  if (imported) return CLIENTS.test(imported.module) && /^(default|\*)$/.test(imported.name);
  const { parent } = declaration;
  const value = ts.isVariableDeclaration(parent) && parent.initializer && unwrap(parent.initializer);
  if (!value) return false;
  const isDefault = ts.isPropertyAccessExpression(value) && value.name.text === 'default';
  const module = moduleOfExpression(isDefault ? value.expression : value);
  return module !== undefined && CLIENTS.test(module);
}

/** True when a call of the function gives a promise. */
export function givesPromise(file: FileModel, node: FunctionNode, depth = 0): boolean {
  if ('asteriskToken' in node && node.asteriskToken) return false;
  if (isAsync(node)) return true;
  if (node.type) return ts.isTypeReferenceNode(node.type) && node.type.typeName.getText() === 'Promise';
  return depth <= MAX_DEPTH && returnedExpressions(node).some((each) => isPromise(file, each, undefined, depth + 1));
}
