import type { FileModel } from '../model';
import { calleeName, objectProperty, outerParent, unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { objectLiteralOf } from './attributeWrites';
import { importOf, moduleOfExpression } from './imports';

/** A place that sets up the SDK: `new NodeSDK({ … })`, `new NodeTracerProvider({ … })`. */
export interface SdkSetup {
  readonly call: ts.NewExpression;
  readonly name: string;
  /** The options, where they can be read; `opaque` when something is passed that cannot. */
  readonly options: ts.ObjectLiteralExpression | 'none' | 'opaque';
}

const SETUPS = new Set(['NodeSDK', 'NodeTracerProvider', 'BasicTracerProvider', 'WebTracerProvider']);

export function sdkSetups(file: FileModel): SdkSetup[] {
  const found: SdkSetup[] = [];
  for (const node of file.nodes.news) {
    const name = calleeName(node);
    if (name === undefined || !SETUPS.has(name) || !isOtelClass(file, node)) continue;
    const first = node.arguments?.[0];
    const options = first ? (objectLiteralOf(file, first) ?? 'opaque') : 'none';
    found.push({ call: node, name, options });
  }
  return found;
}

/** Whether the whole program uses it: an SDK, or a provider that is registered; others serve one purpose of their own. */
export function isGlobalSetup(file: FileModel, setup: SdkSetup): boolean {
  if (setup.name === 'NodeSDK') return true;
  const place = outerParent(setup.call);
  if (ts.isPropertyAccessExpression(place)) return place.name.text === 'register';
  if (!ts.isVariableDeclaration(place) && !ts.isBinaryExpression(place)) return false;
  const target = ts.isVariableDeclaration(place) ? place.name : place.left;
  const binding = file.scopes.bindingOf(target);
  return binding?.references.some(({ node }) => isRegistration(node)) ?? false;
}

/** `provider.register()`, `trace.setGlobalTracerProvider(provider)` */
function isRegistration(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node && parent.name.text === 'register';
  return ts.isCallExpression(parent) && calleeName(parent) === 'setGlobalTracerProvider';
}

/** The class of a `new` comes from an OpenTelemetry package, as far as the file shows where it comes from. */
export function isOtelClass(file: FileModel, node: ts.NewExpression): boolean {
  let root = unwrap(node.expression);
  while (ts.isPropertyAccessExpression(root)) root = unwrap(root.expression);
  const declaration = file.scopes.bindingOf(root)?.declarations[0];
  const module = declaration
    ? (importOf(declaration)?.module ?? requiredModule(declaration))
    : moduleOfExpression(root); // new (require('@opentelemetry/…').SimpleSpanProcessor)(…)
  return module !== undefined && /opentelemetry/.test(module);
}

function requiredModule(declaration: ts.Identifier): string | undefined {
  const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
  return variable?.initializer && moduleOfExpression(variable.initializer);
}

/** An option as an expression, followed through a constant. */
export function option(setup: SdkSetup, name: string): ts.Expression | undefined {
  return typeof setup.options === 'object' ? objectProperty(setup.options, name) : undefined;
}

export function hasSpread(object: ts.ObjectLiteralExpression): boolean {
  return object.properties.some(ts.isSpreadAssignment);
}

/** What an expression may stand for: branches of a condition, and all that is assigned to a variable of the file. */
export function candidates(file: FileModel, expression: ts.Expression, depth = 0): ts.Expression[] {
  const node = unwrap(expression);
  if (depth > 4) return [node];
  const follow = (each: ts.Expression) => candidates(file, each, depth + 1);
  if (ts.isConditionalExpression(node)) return [...follow(node.whenTrue), ...follow(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return [...follow(node.left), ...follow(node.right)];
  const binding = ts.isIdentifier(node) ? file.scopes.bindingOf(node) : undefined;
  const declaration = binding?.declarations[0]?.parent;
  if (!binding || !declaration || !ts.isVariableDeclaration(declaration)) return [node];
  const values = binding.references.flatMap(({ node: use, writes }) =>
    writes && ts.isBinaryExpression(use.parent) && use.parent.left === use ? [use.parent.right] : [],
  );
  if (declaration.initializer) values.unshift(declaration.initializer);
  return values.length > 0 ? values.flatMap(follow) : [node];
}

const GUARD = /NODE_ENV|\bDEBUG\b|\bdev|isDev|isLocal|isTest|\btest\b|local|production|isProd/i;

/**
 * A condition around the node asks for the environment (development, tests, debugging), or offers the batching processor in its other
 * branch: the choice has been thought of.
 */
export function isEnvironmentGuarded(node: ts.Node): boolean {
  for (let current = node; current.parent; current = current.parent) {
    const { parent } = current;
    const condition = ts.isConditionalExpression(parent)
      ? parent.condition
      : ts.isIfStatement(parent)
        ? parent.expression
        : undefined;
    if (condition && condition !== current && isGuard(parent, condition, current)) return true;
    if (ts.isBinaryExpression(parent) && parent.right === current && GUARD.test(parent.left.getText())) return true;
  }
  return false;
}

function isGuard(choice: ts.Node, condition: ts.Expression, branch: ts.Node): boolean {
  if (GUARD.test(condition.getText())) return true;
  let isOffered = false;
  ts.forEachChild(choice, (child) => {
    if (child !== branch && child !== condition) isOffered ||= /BatchSpanProcessor/.test(child.getText());
  });
  return isOffered;
}
