import type { FileModel, FunctionInFile } from '../model';
import {
  argument,
  calleeName,
  namePath,
  propertyName,
  receiver,
  returnedExpressions,
  textParts,
  unwrap,
} from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { importOf } from './imports';
import { declaredFunction } from './declaredFunctions';
import { methodOf } from './instances';
import { assignedTo, isEndCall, isKept } from './heldSpans';
import { mentions } from './mentions';
import { ReadOnce } from './readOnce';

/** How a function that makes spans for others takes its arguments. */
export interface WrapperShape {
  /** Position of the argument that becomes the span's name. */
  readonly nameIndex: number | undefined;
  /** Set when that argument is an object and the name is one of its properties. */
  readonly nameProperty: string | undefined;
  readonly callbackIndex: number | undefined;
  /** Position of the parameter that gets the span, in the callback. */
  readonly spanParameter: number | undefined;
  /** Set when the call gives the span, still open: itself, or as the property of that name. */
  readonly gives: ReturnedSpan | undefined;
  readonly sure: boolean;
}

export interface ReturnedSpan {
  readonly property: string | undefined;
}

const STARTS = /startSpan|startActiveSpan/;

const shapes = new ReadOnce<WrapperShape | undefined>(undefined);

/** The shape of the wrapper that a call calls: one the user named, or a function in reach whose own code starts the span. */
export function wrapperCalled(
  file: FileModel,
  call: ts.CallExpression,
  configured: readonly string[],
): WrapperShape | undefined {
  const path = namePath(call.expression);
  const isConfigured =
    path !== undefined && configured.some((wrapper) => wrapper === path.at(-1) || wrapper === path.join('.'));
  if (isConfigured) {
    const first = call.arguments.findIndex((node) => !isFunctionNode(node));
    return {
      nameIndex: first < 0 ? undefined : first,
      nameProperty: undefined,
      callbackIndex: undefined,
      spanParameter: 0,
      gives: undefined,
      sure: true,
    };
  }
  const called = calledFunction(file, call, STARTS);
  return called && shapeOf(called.file, called.node);
}

/**
 * A function of this file or of one it imports, or a method of a class that either shows. `mention`: what the text of its module must have
 * in it.
 */
export function calledFunction(file: FileModel, call: ts.CallExpression, mention: RegExp): FunctionInFile | undefined {
  const callee = unwrap(call.expression);
  if (ts.isIdentifier(callee)) return mayMention(file, callee, mention) ? declaredFunction(file, callee) : undefined;
  const on = receiver(call);
  const name = calleeName(call);
  return on && name !== undefined ? methodOf(file, on, name, mention) : undefined;
}

const PASSES_ON = /export\s*(\*|\{)|module\.exports/;

/** A module that neither has it in its text nor passes anything on need not be parsed. */
function mayMention(file: FileModel, callee: ts.Identifier, mention: RegExp): boolean {
  const declaration = file.scopes.bindingOf(callee)?.declarations[0];
  const imported = declaration && importOf(declaration);
  if (!imported) return declaration !== undefined;
  const module = file.module(imported.module);
  return module !== undefined && (mentions(module, mention) || mentions(module, PASSES_ON));
}

/** Reads from a function's code which of its parameters becomes the name of a span that it starts. */
function shapeOf(file: FileModel, node: FunctionNode): WrapperShape | undefined {
  return shapes.of(file, node, () => readShape(file, node));
}

function readShape(file: FileModel, node: FunctionNode): WrapperShape | undefined {
  if (!node.body || !STARTS.test(node.body.getText(file.source))) return undefined;
  let shape: WrapperShape | undefined;
  walk(node.body, (inner) => {
    if (shape || !ts.isCallExpression(inner)) return;
    const method = calleeName(inner);
    const on = receiver(inner);
    if (!on || (method !== 'startSpan' && method !== 'startActiveSpan')) return;
    const kind = file.kinds.is(on, 'tracer');
    const name = argument(inner, 0);
    const place = kind && name && parameterInName(file, node, name);
    const gives = kind && method === 'startSpan' ? returnedAs(file, node, inner) : undefined;
    if (!kind || !(place ?? gives)) return;
    const callback = method === 'startActiveSpan' ? callbackPassed(file, node, inner) : undefined;
    shape = {
      nameIndex: place?.index,
      nameProperty: place?.property,
      callbackIndex: callback?.index,
      spanParameter: callback?.spanParameter,
      gives,
      sure: kind.sure,
    };
  });
  return shape;
}

/** How the function gives the span that `start` starts to its caller, who is to end it. */
function returnedAs(file: FileModel, node: FunctionNode, start: ts.CallExpression): ReturnedSpan | undefined {
  const binding = assignedTo(file, start);
  // Who ends it here, or keeps it, sees to it in its own way.
  if (binding?.references.some(({ node: use }) => isEndCall(use) || isKept(use))) return undefined;
  const isSpan = (value: ts.Expression) => unwrap(value) === start || isNamed(file, value, binding);
  for (const returned of returnedExpressions(node)) {
    if (isSpan(returned)) return { property: undefined };
    const object = unwrap(returned);
    if (!ts.isObjectLiteralExpression(object)) continue;
    for (const member of object.properties) {
      const value = ts.isPropertyAssignment(member) ? member.initializer : member.name;
      const property = propertyName(member.name);
      if (property !== undefined && value && ts.isExpression(value) && isSpan(value)) return { property };
    }
  }
  return undefined;
}

function isNamed(file: FileModel, value: ts.Expression, binding: Binding | undefined): boolean {
  return binding !== undefined && file.scopes.bindingOf(unwrap(value)) === binding;
}

/** The parameter that is the name, or the first one that is part of it. */
function parameterInName(file: FileModel, node: FunctionNode, name: ts.Expression): ParameterUse | undefined {
  for (const part of textParts(name)) {
    const place = parameterUsed(file, node, part);
    if (place) return place;
  }
  return undefined;
}

export interface ParameterUse {
  readonly index: number;
  /** Set when it is a property of what is passed there. */
  readonly property: string | undefined;
}

/** Which parameter of `node` the expression is: the parameter itself, a property taken from it, or `parameter.property`. */
export function parameterUsed(
  file: FileModel,
  node: FunctionNode,
  expression: ts.Expression,
): ParameterUse | undefined {
  const bare = unwrap(expression);
  if (ts.isPropertyAccessExpression(bare)) {
    const place = parameterUsed(file, node, bare.expression);
    return place && place.property === undefined ? { index: place.index, property: bare.name.text } : undefined;
  }
  const declaration = file.scopes.bindingOf(bare)?.declarations[0];
  if (!declaration) return undefined;
  for (const [index, parameter] of node.parameters.entries()) {
    if (parameter.name === declaration) return { index, property: undefined };
    if (!ts.isObjectBindingPattern(parameter.name)) continue;
    for (const element of parameter.name.elements)
      if (element.name === declaration) return { index, property: propertyName(element.propertyName ?? element.name) };
  }
  return undefined;
}

/** The parameter of `node` that is run inside the span, and where it takes the span. */
function callbackPassed(
  file: FileModel,
  node: FunctionNode,
  start: ts.CallExpression,
): { index: number; spanParameter: number | undefined } | undefined {
  const last = start.arguments.at(-1);
  if (!last) return undefined;
  const direct = parameterUsed(file, node, last);
  if (direct && direct.property === undefined) return { index: direct.index, spanParameter: 0 };
  if (!isFunctionNode(last) || !last.body) return undefined;
  const span = last.parameters[0]?.name;
  const spanBinding = span && file.scopes.bindingOf(span);
  let found: { index: number; spanParameter: number | undefined } | undefined;
  walk(last.body, (inner) => {
    if (found || !ts.isCallExpression(inner)) return;
    const place = parameterUsed(file, node, inner.expression);
    if (!place || place.property !== undefined) return;
    const spanParameter = inner.arguments.findIndex(
      (each) => spanBinding && file.scopes.bindingOf(each) === spanBinding,
    );
    found = { index: place.index, spanParameter: spanParameter < 0 ? undefined : spanParameter };
  });
  return found;
}
