import type { FileModel } from '../model';
import { calleeName, enclosingBody, isInside, outerParent, receiver, unwrap } from '../syntax/nodes';
import type { FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { declaredFunction } from './declaredFunctions';
import { importOf, requireOf } from './imports';
import type { Load } from './loads';
import { patches } from './patchedLibraries';
import { sdkSetups } from './sdk';

/** The file starts an SDK, one that it was handed included, or registers instrumentations. */
export function startsSdk(file: FileModel): boolean {
  if (sdkSetups(file).length === 0 && !/registerInstrumentations/.test(file.text) && !takesSdk(file)) return false;
  return file.nodes.calls.some(isStart);
}

/** `constructor(private readonly sdk: NodeSDK)`: another file has made it. */
function takesSdk(file: FileModel): boolean {
  return file.modules.some(({ module }) => module === '@opentelemetry/sdk-node') && /:\s*NodeSDK\b/.test(file.text);
}

/** A file of the program, by its place or by an alias. */
const OWN_MODULE = /^([.#]|[@~]\/)/;

function isSdkModule(file: FileModel, module: string): boolean {
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

/** Instrumentations hook into `require` when they are made: a start that comes later makes nothing late. */
export function hooksAtLoad(file: FileModel): boolean {
  return startsAtLoad(file) || instrumentations(file).some((node) => ts.isSourceFile(enclosingBody(node)));
}

/** `new PgInstrumentation()`, `getNodeAutoInstrumentations()` */
export function instrumentations(file: FileModel): (ts.CallExpression | ts.NewExpression)[] {
  return [
    ...file.nodes.news.filter((node) => /Instrumentation$/.test(calleeName(node) ?? '')),
    ...file.nodes.calls.filter((node) => calleeName(node) === 'getNodeAutoInstrumentations'),
  ];
}

/** The file that sets the SDK up, where the module is that file, or gives a function of it that is called here. */
export function sdkBehind(file: FileModel, load: Load): FileModel | undefined {
  if (isSdkModule(file, load.module)) return file.module(load.module);
  for (const call of file.nodes.calls) {
    if (!isTakenFrom(file, call, load) || !startsWhenCalled(file, call)) continue;
    const sdk = declaredFunction(file, unwrap(call.expression) as ts.Identifier)!.file;
    if (sdkSetups(sdk).length > 0 && patches(sdk)) return sdk;
  }
  return undefined;
}

/** What modules and functions that start an SDK are called: others need not be looked for. */
const SPOKEN_OF = /telemetry|trac(e|ing)|otel|instrument|observab|monitor/i;

/** `startTelemetry()` of `import { startTelemetry } from '@shop/telemetry'` */
function isTakenFrom(file: FileModel, { expression }: ts.CallExpression, { module, node }: Load): boolean {
  if (!ts.isIdentifier(expression) || !SPOKEN_OF.test(module + expression.text)) return false;
  const declaration = file.scopes.bindingOf(expression)?.declarations[0];
  return declaration !== undefined && isInside(declaration, node);
}

export function isStart(call: ts.CallExpression): boolean {
  return /^(start|register|registerInstrumentations)$/.test(calleeName(call) ?? '');
}

/**
 * A call at the top level of something that comes from the SDK's file; or of what starts the SDK there, in a function that is called at
 * the top level, such as `bootstrap()`.
 */
export function startingCall(file: FileModel, late: Load): ts.CallExpression | undefined {
  const isItsFile = isSdkModule(file, late.module);
  return file.nodes.calls.find((call) => {
    const body = enclosingBody(call);
    const declaration = file.scopes.bindingOf(call.expression)?.declarations[0];
    const isStarted = isStart(call) && comesFrom(file, receiver(call), late.module);
    const isFromThere =
      isStarted ||
      (declaration !== undefined && isInside(declaration, late.node) && (isItsFile || startsWhenCalled(file, call)));
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
