import type { FileModel, KindReader } from '../model';
import { calleeName, enclosingBody, outerParent, receiver, unwrap } from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { declaredFunction } from './declaredFunctions';
import { API_MODULE, importOf, requireOf } from './imports';

/** What becomes of a span that a name holds. */
export interface SpanUses {
  /** Calls `span.end()` at the level of the function that owns the span. */
  readonly ends: readonly ts.CallExpression[];
  /** Places at that level, in source order, from which on somebody else sees to the end: it is handed on, kept, or ended in a callback given away there. */
  readonly handedOver: readonly ts.Node[];
  /** Callbacks, at that level, in which the span is ended. */
  readonly endingCallbacks: readonly FunctionNode[];
  /** The name is set again later: which span it holds is no longer clear. */
  readonly reassigned: boolean;
}

const MAX_HOPS = 3;

export function usesOfSpan(file: FileModel, binding: Binding, body: ts.Node, hops = 0): SpanUses {
  const ends: ts.CallExpression[] = [];
  const handedOver: ts.Node[] = [];
  const endingCallbacks: FunctionNode[] = [];
  let writes = 0;
  for (const { node, writes: isWrite } of binding.references) {
    if (isWrite) {
      writes++;
      continue;
    }
    const use = useOf(file, node, hops);
    if (use === 'harmless') continue;
    const inner = outermostFunction(node, body);
    if (inner) {
      if (use === 'end') endingCallbacks.push(inner);
      else handedOver.push(inner);
    } else if (use === 'end') ends.push(node.parent.parent as ts.CallExpression);
    else handedOver.push(node);
  }
  const isParameter = binding.kind === 'parameter';
  return { ends, handedOver, endingCallbacks, reassigned: isParameter ? writes > 0 : writes > 1 };
}

/** The outermost function inside `body` that holds the node. */
function outermostFunction(node: ts.Node, body: ts.Node): FunctionNode | undefined {
  let found: FunctionNode | undefined;
  for (let current = enclosingBody(node); current !== body && isFunctionNode(current); current = enclosingBody(current))
    found = current;
  return found;
}

type Use = 'harmless' | 'end' | 'handed over';

function useOf(file: FileModel, node: ts.Identifier, hops: number): Use {
  const parent = outerParent(node);
  if (ts.isPropertyAccessExpression(parent))
    return isCalled(parent) && parent.name.text === 'end' ? 'end' : methodUse(parent);
  if (ts.isCallExpression(parent)) return argumentUse(file, parent, node, hops);
  if (isTest(parent, node) || isParentOption(parent) || isReturnedToNobody(parent)) return 'harmless';
  return 'handed over';
}

/** `return span` in the callback of a `startActiveSpan(…)` whose result nobody takes. */
function isReturnedToNobody(parent: ts.Node): boolean {
  if (!ts.isReturnStatement(parent) && !ts.isArrowFunction(parent)) return false;
  const callback = ts.isArrowFunction(parent) ? parent : enclosingBody(parent);
  if (ts.isSourceFile(callback)) return false;
  const call = outerParent(callback);
  if (!ts.isCallExpression(call) || calleeName(call) !== 'startActiveSpan') return false;
  const place = outerParent(call);
  return ts.isExpressionStatement(ts.isAwaitExpression(place) ? outerParent(place) : place);
}

/** `tracer.startSpan('query', { parent: span })`, which tracers once took and now pass over: nobody ends a parent. */
function isParentOption(node: ts.Node): boolean {
  if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'parent') return false;
  const call = outerParent(node.parent);
  return ts.isCallExpression(call) && /^start(Active)?Span$/.test(calleeName(call) ?? '');
}

function isCalled(access: ts.PropertyAccessExpression): boolean {
  return ts.isCallExpression(access.parent) && access.parent.expression === access;
}

/** `span.setAttribute(…)` leaves the span where it is, but gives it back: what becomes of that counts as well. */
function methodUse(access: ts.PropertyAccessExpression): Use {
  if (!isCalled(access)) return access.name.text === 'end' ? 'handed over' : 'harmless'; // `finally(span.end)`
  if (!/^(setAttributes?|addEvent|addLinks?|setStatus|updateName)$/.test(access.name.text)) return 'harmless';
  const chained = outerParent(access.parent);
  if (ts.isPropertyAccessExpression(chained))
    return isCalled(chained) && chained.name.text === 'end' ? 'handed over' : methodUse(chained);
  return ts.isReturnStatement(chained) || ts.isVariableDeclaration(chained) ? 'handed over' : 'harmless';
}

function argumentUse(file: FileModel, call: ts.CallExpression, node: ts.Identifier, hops: number): Use {
  const method = calleeName(call);
  const callee = unwrap(call.expression);
  if (method === 'setSpan' && (file.kinds.is(receiver(call), 'trace') || isOfApi(file, callee)))
    return contextUse(file, call);
  const helper = ts.isIdentifier(callee) ? declaredFunction(file, callee) : undefined;
  const index = call.arguments.findIndex((each) => unwrap(each) === node);
  const parameter = helper?.node.parameters[index]?.name;
  if (!helper || !parameter || !ts.isIdentifier(parameter) || hops >= MAX_HOPS) return 'handed over';
  const binding = helper.file.scopes.bindingOf(parameter);
  if (!binding) return 'handed over';
  const inner = usesOfSpan(helper.file, binding, helper.node, hops + 1);
  const isKept = inner.ends.length + inner.handedOver.length + inner.endingCallbacks.length > 0 || inner.reassigned;
  return isKept ? 'handed over' : 'harmless';
}

/** `import { setSpan } from '@opentelemetry/api'`, as its first versions had it. */
function isOfApi(file: FileModel, callee: ts.Expression): boolean {
  const declaration = file.scopes.bindingOf(callee)?.declarations[0];
  return declaration !== undefined && (importOf(declaration) ?? requireOf(declaration))?.module === API_MODULE;
}

/** A context with the span in it: fine where it is only run in or passed on as a parent; elsewhere the span may be ended through it. */
function contextUse(file: FileModel, call: ts.CallExpression): Use {
  const place = outerParent(call);
  if (ts.isCallExpression(place)) return isContextTaker(file, place) ? 'harmless' : contextWrap(file, place);
  if (ts.isVariableDeclaration(place) && ts.isIdentifier(place.name)) {
    const binding = file.scopes.bindingOf(place.name);
    const isLocal = binding?.references.every(({ node }) => {
      const parent = outerParent(node);
      return ts.isCallExpression(parent) && isContextTaker(file, parent);
    });
    return isLocal ? 'harmless' : 'handed over';
  }
  return ts.isExpressionStatement(place) ? 'harmless' : 'handed over';
}

/** `suppressTracing(trace.setSpan(…))` and `propagation.setBaggage(trace.setSpan(…), …)` give a context again. */
function contextWrap(file: FileModel, outer: ts.CallExpression): Use {
  return file.kinds.of(outer)?.kind === 'context' || calleeName(outer) === 'suppressTracing'
    ? contextUse(file, outer)
    : 'handed over';
}

/** What runs in the context may end the span through it, where the file ends spans that it gets that way. */
function isContextTaker(file: FileModel, call: ts.CallExpression): boolean {
  const name = calleeName(call) ?? '';
  if (/^(with|bind)$/.test(name)) return !endsActiveSpans(file);
  return /^(startSpan|startActiveSpan|inject|getSpan|getSpanContext|extract)$/.test(name);
}

const endsActive = new WeakMap<KindReader, boolean>();

/** `trace.getSpan(context.active()).end()`, or by way of a name. */
function endsActiveSpans(file: FileModel): boolean {
  const known = endsActive.get(file.kinds);
  if (known !== undefined) return known;
  const found =
    /\bgetSpan\(|\bgetActiveSpan\(/.test(file.text) &&
    file.nodes.calls.some((call) => {
      const on = calleeName(call) === 'end' ? receiver(call) : undefined;
      return on !== undefined && isFoundSpan(file, unwrap(on));
    });
  endsActive.set(file.kinds, found);
  return found;
}

function isFoundSpan(file: FileModel, node: ts.Expression): boolean {
  if (ts.isCallExpression(node)) return /^(getSpan|getActiveSpan)$/.test(calleeName(node) ?? '');
  const declaration = file.scopes.bindingOf(node)?.declarations[0]?.parent;
  const value = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return value !== undefined && ts.isCallExpression(unwrap(value)) && isFoundSpan(file, unwrap(value));
}

function isTest(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return true;
  if (ts.isConditionalExpression(parent)) return unwrap(parent.condition) === node;
  if (ts.isPrefixUnaryExpression(parent) || ts.isTypeOfExpression(parent) || ts.isExpressionStatement(parent))
    return true;
  if (!ts.isBinaryExpression(parent)) return false;
  const operator = parent.operatorToken.kind;
  if (operator === ts.SyntaxKind.AmpersandAmpersandToken) return unwrap(parent.left) === node;
  return (
    operator !== ts.SyntaxKind.EqualsToken &&
    operator !== ts.SyntaxKind.BarBarToken &&
    operator !== ts.SyntaxKind.QuestionQuestionToken &&
    operator !== ts.SyntaxKind.CommaToken
  );
}
