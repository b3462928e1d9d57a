import type { FileModel } from '../model';
import { argument, calleeName, literalText, outerParent, propertyName, receiver, unwrap } from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { importOf } from './imports';
import { assignedTo } from './heldSpans';
import { wrapperCalled, type ReturnedSpan, type WrapperShape } from './wrappers';
import { declaredFunction } from './declaredFunctions';

/** A place that makes a span. */
export interface SpanStart {
  readonly form: 'startSpan' | 'startActiveSpan' | 'wrapper' | 'decorator';
  readonly call: ts.CallExpression;
  readonly name: ts.Expression | undefined;
  readonly options: ts.Expression | undefined;
  /** The parent context, where one is passed. */
  readonly context: ts.Expression | undefined;
  /** What runs inside the span, when it is written in this file. */
  readonly callback: FunctionNode | undefined;
  /** The name that holds the span: the variable it is assigned to, or the callback's first parameter. */
  readonly span: Binding | undefined;
  /** Of a wrapper: the call gives the span, still open, so that whoever called it is to end it. */
  readonly gives?: boolean;
  /** The receiver is shown to be a tracer by more than its name. */
  readonly sure: boolean;
}

const METHODS = new Set(['startSpan', 'startActiveSpan']);
const DECORATORS = new Set(['Span', 'WithSpan', 'withSpan', 'Traceable', 'Trace', 'Traced', 'traced', 'otelTraced']);
const DECORATOR_MODULE = /otel|opentelemetry|trac(e|ing)|telemetry/i;

/** The value of the call is a span that is open from there on. */
export function givesOpenSpan({ form, gives }: SpanStart): boolean {
  return form === 'startSpan' || gives === true;
}

/** Every span that a file starts, in source order. `wrappers`: names of functions that the user says wrap span creation. */
export function spanStarts(file: FileModel, wrappers: readonly string[]): SpanStart[] {
  const found: SpanStart[] = [];
  for (const call of file.nodes.calls) {
    const start = ts.isDecorator(call.parent) ? decorated(file, call) : started(file, call, wrappers);
    if (start) found.push(start);
  }
  return found;
}

function started(file: FileModel, call: ts.CallExpression, wrappers: readonly string[]): SpanStart | undefined {
  const method = calleeName(call);
  if (method === undefined) return undefined;
  const on = receiver(call);
  if (on && METHODS.has(method)) {
    const kind = file.kinds.of(on);
    if (kind?.kind === 'tracer') return tracerCall(file, call, method, kind.sure);
    const isLike = kind === undefined && isTracerLike(file, call, on);
    if (isLike && !wrapperCalled(file, call, wrappers)) return tracerCall(file, call, method, false);
  }
  const shape = wrapperCalled(file, call, wrappers);
  return shape && wrapperCall(file, call, shape);
}

/** A receiver of no known kind counts when the call's shape is the API's: a name first, and a file that knows OpenTelemetry. */
function isTracerLike(file: FileModel, call: ts.CallExpression, on: ts.Expression): boolean {
  if (unwrap(on).kind === ts.SyntaxKind.ThisKeyword) return false;
  const first = argument(call, 0);
  if (!first || ts.isObjectLiteralExpression(first) || isFunctionNode(first)) return false;
  return file.modules.some(({ module }) => DECORATOR_MODULE.test(module));
}

function tracerCall(file: FileModel, call: ts.CallExpression, method: string, sure: boolean): SpanStart {
  const first = argument(call, 0);
  const bare = first && unwrap(first);
  if (bare && (ts.isObjectLiteralExpression(bare) || isFunctionNode(bare))) return ownTracerCall(file, call, method);
  if (method === 'startSpan') {
    return {
      form: 'startSpan',
      call,
      name: argument(call, 0),
      options: argument(call, 1),
      context: argument(call, 2),
      callback: undefined,
      span: assignedTo(file, call),
      sure,
    };
  }
  const callbackAt = callbackIndex(call);
  const callback = callbackAt > 0 ? functionOf(file, argument(call, callbackAt)) : undefined;
  const between = callbackAt > 1 ? 1 : callbackAt + 1; // tracers of others take the options after the callback
  return {
    form: 'startActiveSpan',
    call,
    name: argument(call, 0),
    options: between === callbackAt ? undefined : argument(call, between),
    context: callbackAt >= 3 ? argument(call, 2) : undefined,
    callback,
    span: parameterBinding(file, callback, 0),
    sure,
  };
}

/** `startSpan({ name })`, `startActiveSpan(work, { name })`: a tracer of the program's own, which may end its active spans by itself. */
function ownTracerCall(file: FileModel, call: ts.CallExpression, method: string): SpanStart {
  const options = call.arguments.find((each) => ts.isObjectLiteralExpression(unwrap(each)));
  const callback = functionOf(
    file,
    call.arguments.find((each) => isFunctionNode(unwrap(each))),
  );
  const isActive = method === 'startActiveSpan';
  return {
    form: isActive ? 'wrapper' : 'startSpan',
    call,
    name: options && propertyOf(options, 'name'),
    options,
    context: options && propertyOf(options, 'context'),
    callback,
    span: isActive ? parameterBinding(file, callback, 0) : assignedTo(file, call),
    sure: false,
  };
}

/** Where the callback of `startActiveSpan` stands: the first function, else the last argument; 0 for none. */
function callbackIndex(call: ts.CallExpression): number {
  const written = call.arguments.findIndex((each) => isFunctionNode(unwrap(each)));
  return written >= 0 ? written : call.arguments.length - 1;
}

function wrapperCall(file: FileModel, call: ts.CallExpression, shape: WrapperShape): SpanStart | undefined {
  const name = shape.nameIndex === undefined ? undefined : argument(call, shape.nameIndex);
  const passed =
    shape.callbackIndex === undefined ? call.arguments.find(isFunctionNode) : argument(call, shape.callbackIndex);
  const callback = functionOf(file, passed);
  return {
    form: 'wrapper',
    call,
    name: shape.nameProperty !== undefined && name ? propertyOf(name, shape.nameProperty) : name,
    options: call.arguments.find((each) => propertyOf(each, 'attributes')),
    context: undefined,
    callback,
    span: shape.gives
      ? givenSpan(file, call, shape.gives)
      : shape.spanParameter === undefined
        ? undefined
        : parameterBinding(file, callback, shape.spanParameter),
    gives: shape.gives !== undefined,
    sure: shape.sure,
  };
}

/** `const span = startShopSpan('pay')`, `const { span } = startShopSpan('pay')` */
function givenSpan(file: FileModel, call: ts.CallExpression, { property }: ReturnedSpan): Binding | undefined {
  if (property === undefined) return assignedTo(file, call);
  const declaration = outerParent(call);
  if (!ts.isVariableDeclaration(declaration) || !ts.isObjectBindingPattern(declaration.name)) return undefined;
  const element = declaration.name.elements.find((each) => propertyName(each.propertyName ?? each.name) === property);
  return element && ts.isIdentifier(element.name) ? file.scopes.bindingOf(element.name) : undefined;
}

function propertyOf(node: ts.Expression, name: string): ts.Expression | undefined {
  const object = unwrap(node);
  if (!ts.isObjectLiteralExpression(object)) return undefined;
  const member = object.properties.find((each) => propertyName(each.name) === name);
  if (!member) return undefined;
  if (ts.isPropertyAssignment(member)) return member.initializer;
  return ts.isShorthandPropertyAssignment(member) ? member.name : undefined;
}

function decorated(file: FileModel, call: ts.CallExpression): SpanStart | undefined {
  const callee = unwrap(call.expression);
  if (!ts.isIdentifier(callee) || !DECORATORS.has(callee.text)) return undefined;
  const declaration = file.scopes.bindingOf(callee)?.declarations[0];
  const module = declaration && importOf(declaration)?.module;
  if (module === undefined || !DECORATOR_MODULE.test(module)) return undefined;
  const first = argument(call, 0);
  return {
    form: 'decorator',
    call,
    name: first && (literalText(first) !== undefined || !ts.isObjectLiteralExpression(first)) ? first : undefined,
    options: undefined,
    context: undefined,
    callback: undefined,
    span: undefined,
    sure: true,
  };
}

/** The function that an argument is or names. */
export function functionOf(file: FileModel, node: ts.Expression | undefined): FunctionNode | undefined {
  if (!node) return undefined;
  const bare = unwrap(node);
  if (isFunctionNode(bare)) return bare;
  if (ts.isIdentifier(bare)) {
    const declared = declaredFunction(file, bare);
    return declared?.file === file ? declared.node : undefined;
  }
  if (ts.isCallExpression(bare) && calleeName(bare) === 'bind') {
    const on = receiver(bare);
    const target = on && file.kinds.is(on, 'contextApi') ? argument(bare, 1) : on;
    return functionOf(file, target);
  }
  return undefined;
}

function parameterBinding(file: FileModel, node: FunctionNode | undefined, index: number): Binding | undefined {
  const name = node?.parameters[index]?.name;
  return name && ts.isIdentifier(name) ? file.scopes.bindingOf(name) : undefined;
}
