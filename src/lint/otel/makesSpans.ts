import type { FileModel } from '../model';
import { calleeName, lastName, outerParent, receiver, unwrap } from '../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { importOf, moduleOfExpression } from './imports';
import { methodOf } from './instances';
import { declaredFunction } from './declaredFunctions';
import { ReadOnce } from './readOnce';

/** Why a call makes spans. */
export type SpanMaker =
  /** It starts one with a tracer, itself or in a function it calls. */
  | { readonly kind: 'tracer' }
  /** It calls a library that instrumentations know; `module` is the library. */
  | { readonly kind: 'library'; readonly module: string }
  /** It calls what it is wrapped around, `original.apply(this, args)`, and waits for it. */
  | { readonly kind: 'wrapped' };

const MAX_DEPTH = 4;
const MAX_BODY = 20_000;

/** Libraries with an instrumentation in OpenTelemetry's own collection whose calls are client spans. */
const INSTRUMENTED =
  /^(node:)?https?$|^(undici|axios|got|ky|node-fetch|superagent|needle|pg|pg-promise|postgres|mysql2?(\/promise)?|mongodb|mongoose|redis|ioredis|kafkajs|amqplib|knex|sequelize|typeorm|cassandra-driver|memcached|tedious|oracledb|@prisma\/client|@grpc\/grpc-js|@aws-sdk\/.+|aws-sdk|openai|@elastic\/elasticsearch)$/;
/** Members of those modules that make no request. */
const QUIET =
  /^(on|once|off|use|create|createClient|connect|disconnect|end|quit|close|destroy|removeListener|setHeader|extend|isAxiosError|toString|Agent|createServer|model|Schema|define|interceptors|escape|format|raw|literal)$/;

/** Whether a call starts spans, as far as the file and the files it imports show. */
export function spanMaker(file: FileModel, call: ts.CallExpression, depth = 0): SpanMaker | undefined {
  const name = calleeName(call);
  const on = receiver(call);
  if (on && (name === 'startSpan' || name === 'startActiveSpan') && file.kinds.of(on)?.kind === 'tracer')
    return { kind: 'tracer' };
  const callee = unwrap(call.expression);
  if (ts.isIdentifier(callee)) {
    if (callee.text === 'fetch' && !file.scopes.bindingOf(callee)) return { kind: 'library', module: 'fetch' };
    const declared = declaredFunction(file, callee);
    if (declared) return bodyMaker(declared.file, declared.node, depth + 1);
  }
  const method = on && name !== undefined ? methodOf(file, on, name) : undefined;
  if (method) return bodyMaker(method.file, method.node, depth + 1);
  if (on && (name === 'apply' || name === 'call') && isWrappedFunction(file, unwrap(on)) && isWaitedFor(file, call))
    return { kind: 'wrapped' };
  const module = name === undefined || QUIET.test(name) ? undefined : moduleBehind(file, callee);
  return module === undefined ? undefined : { kind: 'library', module };
}

/** A parameter called `original` and the like, or `descriptor.value` under whatever name: the method that is wrapped. */
function isWrappedFunction(file: FileModel, node: ts.Expression): boolean {
  if (!ts.isIdentifier(node)) return false;
  const binding = file.scopes.bindingOf(node);
  const declaration = binding?.declarations[0].parent;
  const value = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  if (value !== undefined)
    return /descriptor\??\.value$/i.test(value.getText()) || (isOriginal(node) && lastName(value) === 'value');
  return binding?.kind === 'parameter' && isOriginal(node);
}

function isOriginal({ text }: ts.Identifier): boolean {
  return /^_*orig(in(al)?)?(?![a-z])/.test(text);
}

/** `await original.apply(…)`, `const response = original.apply(…)` with `response.then(…)` below. */
function isWaitedFor(file: FileModel, call: ts.CallExpression): boolean {
  const place = outerParent(call);
  if (isWait(place)) return true;
  if (!ts.isVariableDeclaration(place)) return false;
  return file.scopes.bindingOf(place.name)?.references.some(({ node }) => isWait(outerParent(node))) ?? false;
}

function isWait(parent: ts.Node): boolean {
  const isChained = ts.isPropertyAccessExpression(parent) && /^(then|catch|finally)$/.test(parent.name.text);
  return isChained || ts.isAwaitExpression(parent);
}

const made = new ReadOnce<SpanMaker | undefined>(undefined);

function bodyMaker(file: FileModel, node: FunctionNode, depth: number): SpanMaker | undefined {
  const { body } = node;
  if (!body || body.end - body.pos > MAX_BODY) return undefined;
  // What is too deep to be read from here may be read from elsewhere.
  if (depth > MAX_DEPTH && !made.has(file, node)) return undefined;
  return made.of(file, node, () => readMaker(file, body, depth));
}

function readMaker(file: FileModel, body: ts.Node, depth: number): SpanMaker | undefined {
  let found: SpanMaker | undefined;
  walk(body, (inner) => {
    if (found?.kind === 'tracer') return false;
    // What is only defined here runs when it is called; callbacks handed to a call are taken to run.
    if (isFunctionNode(inner) && !ts.isCallExpression(inner.parent)) return false;
    if (ts.isCallExpression(inner)) {
      const maker = spanMaker(file, inner, depth);
      if (maker && (!found || maker.kind === 'tracer')) found = maker;
    }
    return true;
  });
  return found;
}

/** The instrumented module that an expression's leftmost name comes from, directly or through one `new` or factory call. */
function moduleBehind(file: FileModel, expression: ts.Expression, depth = 0): string | undefined {
  let node = unwrap(expression);
  while (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node))
    node = unwrap(node.expression);
  const declaration = file.scopes.bindingOf(node)?.declarations[0];
  if (!declaration || depth > 3) return undefined;
  const imported = importOf(declaration);
  if (imported) return INSTRUMENTED.test(imported.module) ? imported.module : undefined;
  const parent = ts.isBindingElement(declaration.parent) ? declaration.parent.parent.parent : declaration.parent;
  if (!ts.isVariableDeclaration(parent) || !parent.initializer) return undefined;
  const required = moduleOfExpression(withoutDefault(parent.initializer));
  if (required !== undefined) return INSTRUMENTED.test(required) ? required : undefined;
  const value = unwrap(parent.initializer);
  return ts.isNewExpression(value) || ts.isCallExpression(value)
    ? moduleBehind(file, value.expression, depth + 1)
    : undefined;
}

/** `require('axios')` of `require('axios').default` */
function withoutDefault(value: ts.Expression): ts.Expression {
  const bare = unwrap(value);
  return ts.isPropertyAccessExpression(bare) && bare.name.text === 'default' ? bare.expression : bare;
}
