import type { FileModel } from '../model';
import {
  argument,
  calleeName,
  enclosingClass,
  receiver,
  returnedExpressions,
  unwrap,
  unwrapAwait,
} from '../syntax/nodes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { classMember } from './classMembers';
import { declaredFunction } from './declaredFunctions';
import { importOf, requireOf } from './imports';

const MAX_DEPTH = 4;
const SCHEDULES = /^(setTimeout|setImmediate|queueMicrotask|requestAnimationFrame|nextTick)$/;
/** Modules whose functions wait. */
const TIMER_MODULE = /^(node:)?timers\/promises$|^delay$/;

/** `new Promise((resolve) => setTimeout(resolve, ms))`, by itself or by a function that gives it: a promise that is kept, whatever happens. */
export function onlyWaits(file: FileModel, promise: ts.Expression, depth = 0): boolean {
  const node = unwrapAwait(promise);
  if (depth > MAX_DEPTH) return false;
  if (ts.isNewExpression(node)) return calleeName(node) === 'Promise' && resolvesLater(node);
  if (!ts.isCallExpression(node)) return false;
  const callee = unwrap(node.expression);
  if (ts.isIdentifier(callee)) {
    const declared = declaredFunction(file, callee);
    return declared ? gives(declared.file, declared.node, depth) : isTimer(file, callee, node);
  }
  const name = calleeName(node);
  const on = receiver(node);
  if (name === undefined || !on || unwrap(on).kind !== ts.SyntaxKind.ThisKeyword) return false;
  const owner = enclosingClass(node);
  const member = owner && classMember(owner, name);
  return member !== undefined && ts.isMethodDeclaration(member) && gives(file, member, depth);
}

/** The function does nothing but give such a promise. */
function gives(file: FileModel, node: FunctionNode, depth: number): boolean {
  if (!node.body || (ts.isBlock(node.body) && node.body.statements.length !== 1)) return false;
  const [only] = ts.isBlock(node.body) ? node.body.statements : [];
  const waited = only && ts.isExpressionStatement(only) ? [only.expression] : returnedExpressions(node);
  return waited.length === 1 && onlyWaits(file, waited[0], depth + 1);
}

/** The executor takes no `reject` and schedules its `resolve`, or a function that does nothing but call it. */
function resolvesLater(node: ts.NewExpression): boolean {
  const first = argument(node, 0);
  const executor = first && unwrap(first);
  if (!executor || !isFunctionNode(executor) || executor.parameters.length !== 1) return false;
  const resolve = executor.parameters[0].name.getText();
  const call = onlyCall(executor);
  const scheduled = call && SCHEDULES.test(calleeName(call) ?? '') ? argument(call, 0) : undefined;
  const handler = scheduled && unwrap(scheduled);
  if (!handler) return false;
  if (ts.isIdentifier(handler)) return handler.text === resolve;
  const inner = isFunctionNode(handler) ? onlyCall(handler) : undefined;
  return inner !== undefined && inner.expression.getText() === resolve;
}

/** The call of a function whose body is one call: `() => call()`, `() => { call(); }`, `() => { return call(); }`. */
function onlyCall({ body }: FunctionNode): ts.CallExpression | undefined {
  let only: ts.Node | undefined = body;
  if (body && ts.isBlock(body)) {
    const [statement] = body.statements;
    const isOne =
      body.statements.length === 1 && (ts.isExpressionStatement(statement) || ts.isReturnStatement(statement));
    only = isOne ? statement.expression : undefined;
  }
  const bare = only && ts.isExpression(only) ? unwrap(only) : undefined;
  return bare && ts.isCallExpression(bare) ? bare : undefined;
}

/** `setTimeout(ms)` of `timers/promises`, unless a signal may end the wait; `promisify(setTimeout)`. */
function isTimer(file: FileModel, callee: ts.Identifier, call: ts.CallExpression): boolean {
  const declaration = file.scopes.bindingOf(callee)?.declarations[0];
  if (!declaration) return false;
  const from = importOf(declaration) ?? requireOf(declaration);
  if (from)
    return TIMER_MODULE.test(from.module) && !/\bsignal\b/.test(call.arguments.map((each) => each.getText()).join());
  const { parent } = declaration;
  const value = ts.isVariableDeclaration(parent) && parent.initializer && unwrap(parent.initializer);
  return (
    !!value &&
    ts.isCallExpression(value) &&
    calleeName(value) === 'promisify' &&
    argument(value, 0)?.getText() === 'setTimeout'
  );
}
