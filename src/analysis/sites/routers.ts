import type { FileModel } from '../../lint/model';
import { argument, calleeName, lastName, objectProperty, receiver, unwrap } from '../../lint/syntax/nodes';
import { type FunctionNode, isFunctionNode } from '../../lint/syntax/walk';
import { ts } from '../../lint/ts';
import { piecesOf } from './namePieces';

const HONO = /^(?:OpenAPI)?Hono$/;
const FASTIFY = /^fastify(?:-plugin)?$/;

/** What routes are registered on that is, or may be, reached below a path. */
export interface Router {
  /** How the file calls it. */
  readonly name: string;
  /** Its own beginning of all its paths; a single empty piece for none. */
  readonly prefix: readonly string[];
  /** It may be the application itself. */
  readonly standsAlone: boolean;
}

/** The router that a name stands for; undefined for an application, and for what cannot be known. */
export function routerOf(file: FileModel, on: ts.Expression): Router | undefined {
  const bare = unwrap(on);
  if (!ts.isIdentifier(bare)) return undefined;
  const declaration = file.scopes.bindingOf(bare)?.declarations[0];
  const { parent } = declaration ?? {};
  if (parent && ts.isParameter(parent)) return pluginOf(file, parent);
  if (!parent || !ts.isVariableDeclaration(parent) || !parent.initializer) return undefined;
  const made = madeBy(parent.initializer);
  const maker = made && lastName(made.expression);
  if (!made || maker === undefined) return undefined;
  if (HONO.test(maker)) return { name: bare.text, prefix: basePath(file, parent.initializer), standsAlone: true };
  return /Router$/i.test(maker)
    ? { name: bare.text, prefix: ownPrefix(file, made, bare), standsAlone: false }
    : undefined;
}

/** The outermost `new X()` or `x()` of `new X().basePath('/api').get(…)`. */
function madeBy(value: ts.Expression): ts.CallExpression | ts.NewExpression | undefined {
  const bare = unwrap(value);
  if (ts.isNewExpression(bare)) return bare;
  if (!ts.isCallExpression(bare)) return undefined;
  const on = receiver(bare);
  const inner = on && unwrap(on);
  return inner && (ts.isCallExpression(inner) || ts.isNewExpression(inner)) ? madeBy(inner) : bare;
}

function basePath(file: FileModel, value: ts.Expression): readonly string[] {
  for (let bare = unwrap(value); ts.isCallExpression(bare);) {
    const path = calleeName(bare) === 'basePath' ? argument(bare, 0) : undefined;
    if (path) return piecesOf(file, path);
    const on = receiver(bare);
    if (!on) break;
    bare = unwrap(on);
  }
  return [''];
}

/** `new Router({ prefix: '/users' })`, or later `router.prefix('/users')`. */
function ownPrefix(
  file: FileModel,
  made: ts.CallExpression | ts.NewExpression,
  name: ts.Identifier,
): readonly string[] {
  const [first] = made.arguments ?? [];
  const options = first && unwrap(first);
  const given = options && ts.isObjectLiteralExpression(options) ? objectProperty(options, 'prefix') : undefined;
  if (given) return piecesOf(file, given);
  const call = file.nodes.calls.find((each) => {
    const on = receiver(each);
    return calleeName(each) === 'prefix' && on !== undefined && lastName(unwrap(on)) === name.text;
  });
  const path = call && argument(call, 0);
  return path ? piecesOf(file, path) : [''];
}

/** Fastify hands a plugin what it registers its routes on. */
function pluginOf(file: FileModel, { parent, name }: ts.ParameterDeclaration): Router | undefined {
  if (!isFunctionNode(parent) || parent.parameters[0]?.name !== name) return undefined;
  const isPlugin = file.nodes.calls.some((call) => calleeName(call) === 'register' && pluginIn(file, call) === parent);
  if (isPlugin) return { name: pluginName(parent), prefix: [''], standsAlone: false };
  const mayBe = lastName(name) === 'fastify' || file.modules.some(({ module }) => FASTIFY.test(module));
  return mayBe ? { name: '', prefix: [''], standsAlone: false } : undefined;
}

/** The function of the file that is registered, inline or by name. */
export function pluginIn(file: FileModel, call: ts.CallExpression): FunctionNode | undefined {
  const first = argument(call, 0);
  const bare = first && unwrap(first);
  if (!bare) return undefined;
  if (isFunctionNode(bare)) return bare;
  const declaration = ts.isIdentifier(bare) ? file.scopes.bindingOf(bare)?.declarations[0] : undefined;
  const { parent } = declaration ?? {};
  if (parent && isFunctionNode(parent) && parent.name === declaration) return parent;
  const value = parent && ts.isVariableDeclaration(parent) && parent.initializer && unwrap(parent.initializer);
  return value && isFunctionNode(value) ? value : undefined;
}

export function pluginName({ pos }: FunctionNode): string {
  return `plugin at ${pos}`;
}

/** What `users.routes()` hands on. */
export function routesHandedOn(call: ts.CallExpression): ts.Expression | undefined {
  return /^(?:routes|middleware)$/.test(calleeName(call) ?? '') && call.arguments.length === 0
    ? receiver(call)
    : undefined;
}
