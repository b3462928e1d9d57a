import type { FileModel } from '../model';
import { calleeName, enclosingBody, isInside, outerParent, receiver, unwrap } from '../syntax/nodes';
import type { FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { declaredFunction } from './declaredFunctions';
import { importOf, requireOf } from './imports';
import type { Load } from './loads';
import { patches } from './patchedLibraries';
import { sdkSetups } from './sdk';

/** The file starts an SDK, or registers instrumentations, when it is loaded. */
export function startsSdk(file: FileModel): boolean {
  if (sdkSetups(file).length === 0 && !/registerInstrumentations/.test(file.text)) return false;
  return file.nodes.calls.some(isStart);
}

/** A file of the program, by its place or by an alias. */
const OWN_MODULE = /^([.#]|[@~]\/)/;

export function isSdkModule(file: FileModel, module: string): boolean {
  const other = OWN_MODULE.test(module) ? file.module(module) : undefined;
  if (!other || !/opentelemetry/.test(other.text) || !patches(other)) return false;
  return startsSdk(other) || (sdkSetups(other).length > 0 && startsWhatItGives(file, module));
}

/** `import { sdk } from './telemetry'` and, further down, `sdk.start()`: the file sets the SDK up, and this one starts it. */
function startsWhatItGives(file: FileModel, module: string): boolean {
  return file.nodes.calls.some((call) => isStart(call) && comesFrom(file, receiver(call), module));
}

function comesFrom(file: FileModel, value: ts.Expression | undefined, module: string): boolean {
  const declaration = value && file.scopes.bindingOf(unwrap(value))?.declarations[0];
  return declaration !== undefined && (importOf(declaration) ?? requireOf(declaration))?.module === module;
}

/** The SDK starts when the file is loaded, and not when a function of it is called. */
export function startsAtLoad(file: FileModel): boolean {
  return file.nodes.calls.some((call) => isStart(call) && ts.isSourceFile(enclosingBody(call)));
}

export function isStart(call: ts.CallExpression): boolean {
  return /^(start|register|registerInstrumentations)$/.test(calleeName(call) ?? '');
}

/**
 * A call at the top level of something that comes from the SDK's file; or of what starts the SDK there, in a function that is called at
 * the top level, such as `bootstrap()`.
 */
export function startingCall(file: FileModel, late: Load): ts.CallExpression | undefined {
  return file.nodes.calls.find((call) => {
    const body = enclosingBody(call);
    const declaration = file.scopes.bindingOf(call.expression)?.declarations[0];
    const isStarted = isStart(call) && comesFrom(file, receiver(call), late.module);
    const isFromThere = isStarted || (declaration !== undefined && isInside(declaration, late.node));
    if (ts.isSourceFile(body))
      return isFromThere || (ts.isCallExpression(call.expression) && isInside(call, late.node));
    return isFromThere && isCalledAtLoad(file, body) && (isStarted || startsWhenCalled(file, call));
  });
}

function isCalledAtLoad(file: FileModel, node: FunctionNode): boolean {
  const place = outerParent(node);
  const name = ts.isFunctionDeclaration(node) ? node.name : ts.isVariableDeclaration(place) ? place.name : undefined;
  const uses = name ? file.scopes.bindingOf(name)?.references.map((each) => each.node) : [node];
  return (uses ?? []).some((use) => {
    const call = outerParent(use);
    return ts.isCallExpression(call) && unwrap(call.expression) === use && ts.isSourceFile(enclosingBody(call));
  });
}

function startsWhenCalled(file: FileModel, call: ts.CallExpression): boolean {
  const callee = unwrap(call.expression);
  const called = ts.isIdentifier(callee) ? declaredFunction(file, callee) : undefined;
  return called !== undefined && called.file.nodes.calls.some((each) => isStart(each) && isInside(each, called.node));
}
