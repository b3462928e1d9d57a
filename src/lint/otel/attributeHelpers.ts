import type { FileModel } from '../model';
import { argument, calleeName, objectProperty, receiver, unwrap } from '../syntax/nodes';
import { walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { ReadOnce } from './readOnce';
import { calledFunction, parameterUsed, type ParameterUse } from './wrappers';

/** Where a function of the program's own takes attributes that it puts, as they are, on a span, an event or a measurement. */
export interface AttributeParameter extends ParameterUse {
  readonly target: 'span' | 'event' | 'metric';
  /** What takes them there is known for what it is by more than its name. */
  readonly sure: boolean;
}

const TAKES = /[aA]ttributes?\b|startSpan|startActiveSpan|addEvent|\.(add|record)\(/;
/** Helpers that call helpers. */
const MAX_HOPS = 2;

/** Nothing for calls that pass no object literal: of others, the members do not show. */
export function attributeParameters(file: FileModel, call: ts.CallExpression, hops = 0): readonly AttributeParameter[] {
  if (!call.arguments.some((each) => isFilledObject(unwrap(each)))) return [];
  const called = calledFunction(file, call, TAKES);
  return called ? parametersOf(called.file, called.node, hops) : [];
}

function isFilledObject(node: ts.Expression): boolean {
  return ts.isObjectLiteralExpression(node) && node.properties.length > 0;
}

const known = new ReadOnce<readonly AttributeParameter[]>([]);

function parametersOf(file: FileModel, node: FunctionNode, hops: number): readonly AttributeParameter[] {
  const { body } = node;
  if (!body || node.parameters.length === 0) return [];
  return known.of(file, node, () =>
    TAKES.test(body.getText(file.source)) ? readParameters(file, node, body, hops) : [],
  );
}

function readParameters(file: FileModel, node: FunctionNode, body: ts.Node, hops: number): AttributeParameter[] {
  const found: AttributeParameter[] = [];
  walk(body, (inner) => {
    if (!ts.isCallExpression(inner)) return;
    for (const { value, target, sure } of attributesTaken(file, inner, hops))
      for (const use of parametersIn(file, node, value, 0)) found.push({ ...use, target, sure });
  });
  return found;
}

type Taken = Pick<AttributeParameter, 'target' | 'sure'> & { readonly value: ts.Expression };

function attributesTaken(file: FileModel, call: ts.CallExpression, hops: number): Taken[] {
  const on = receiver(call);
  const as = (target: Taken['target'], kind: { sure: boolean } | undefined, value: ts.Expression | undefined) =>
    kind && value ? [{ target, sure: kind.sure, value }] : [];
  switch (on && calleeName(call)) {
    case 'setAttributes':
      return as('span', file.kinds.is(on, 'span'), argument(call, 0));
    case 'setAttribute':
      return as('span', file.kinds.is(on, 'span'), entriesOf(file, argument(call, 0)));
    case 'addEvent':
      return as('event', file.kinds.is(on, 'span'), argument(call, 1));
    case 'startSpan':
    case 'startActiveSpan':
      return as('span', file.kinds.is(on, 'tracer'), startAttributes(call));
    case 'add':
    case 'record':
      return as('metric', file.kinds.is(on, 'instrument'), argument(call, 1));
    default:
      return hops < MAX_HOPS ? takenByHelper(file, call, hops) : [];
  }
}

/** `startSpan(name, { attributes })` */
function startAttributes(call: ts.CallExpression): ts.Expression | undefined {
  for (const each of call.arguments) {
    const options = unwrap(each);
    if (ts.isObjectLiteralExpression(options)) return objectProperty(options, 'attributes');
  }
  return undefined;
}

function takenByHelper(file: FileModel, call: ts.CallExpression, hops: number): Taken[] {
  return attributeParameters(file, call, hops + 1).flatMap(({ index, property, target, sure }) => {
    const value = valuePassed(call, { index, property });
    return value ? [{ target, sure, value }] : [];
  });
}

/** What a call passes at such a place. */
export function valuePassed(call: ts.CallExpression, { index, property }: ParameterUse): ts.Expression | undefined {
  const passed = argument(call, index);
  if (!passed || property === undefined) return passed;
  const object = unwrap(passed);
  return ts.isObjectLiteralExpression(object) ? objectProperty(object, property) : undefined;
}

/** `attributes` of a key in `for (const [key, value] of Object.entries(attributes))`, or in the callback of its `forEach`. */
function entriesOf(file: FileModel, key: ts.Expression | undefined): ts.Expression | undefined {
  const element = key && file.scopes.bindingOf(unwrap(key))?.declarations[0]?.parent;
  if (!element || !ts.isBindingElement(element) || !ts.isArrayBindingPattern(element.parent)) return undefined;
  const holder = element.parent.parent;
  const list = ts.isParameter(holder) ? listWalked(holder) : holder.parent.parent;
  const entries = ts.isForOfStatement(list!) ? list.expression : list;
  const call = entries && unwrap(entries as ts.Expression);
  return call && ts.isCallExpression(call) && calleeName(call) === 'entries' ? argument(call, 0) : undefined;
}

/** `list` of `list.forEach(([key, value]) => …)` */
function listWalked(parameter: ts.ParameterDeclaration): ts.Expression | undefined {
  const call = parameter.parent.parent;
  return ts.isCallExpression(call) && calleeName(call) === 'forEach' ? receiver(call) : undefined;
}

const MAX_DEPTH = 4;

/** The parameters whose members are among those of the object: `attributes`, `{ ...attributes }`, `attributes ?? {}`. */
function parametersIn(file: FileModel, node: FunctionNode, value: ts.Expression, depth: number): ParameterUse[] {
  const bare = unwrap(value);
  if (depth > MAX_DEPTH) return [];
  const within = (each: ts.Expression) => parametersIn(file, node, each, depth + 1);
  if (ts.isObjectLiteralExpression(bare))
    return bare.properties.flatMap((member) => (ts.isSpreadAssignment(member) ? within(member.expression) : []));
  if (ts.isConditionalExpression(bare)) return [...within(bare.whenTrue), ...within(bare.whenFalse)];
  if (ts.isBinaryExpression(bare)) return [...within(bare.left), ...within(bare.right)];
  const use = parameterUsed(file, node, bare);
  if (use) return [use];
  const declaration = ts.isIdentifier(bare) ? file.scopes.bindingOf(bare)?.declarations[0]?.parent : undefined;
  const isLocal = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer;
  return isLocal ? within(isLocal) : [];
}
