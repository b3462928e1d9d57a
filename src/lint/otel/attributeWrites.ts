import type { FileModel } from '../model';
import {
  argument,
  calleeName,
  functionBody,
  literalText,
  objectProperty,
  propertyName,
  receiver,
  returnedExpressions,
  unwrap,
} from '../syntax/nodes';
import { ts } from '../ts';
import { constantText, type ConstantText } from '../values/constants';
import type { SpanStart } from './spanStarts';
import { attributeParameters, valuePassed } from './attributeHelpers';
import { declaredFunction } from './declaredFunctions';
import { membersSetLater } from './attributeObjects';

/** One key and value that the file puts on a span, an event, a link, a measurement, a log record or a resource. */
export interface AttributeWrite {
  readonly target: 'span' | 'event' | 'link' | 'metric' | 'log' | 'resource' | 'baggage';
  readonly key: ConstantText | undefined;
  readonly keyNode: ts.Node | undefined;
  /** The value; for a spread, what is spread. */
  readonly value: ts.Expression;
  readonly shape: 'call' | 'property' | 'shorthand' | 'spread' | 'whole' | 'assignment';
  /** The call `setAttribute(…)`, the member of the object literal or the assignment: what goes when the attribute goes. */
  readonly node: ts.Node;
  readonly call: ts.CallExpression | ts.NewExpression;
  /** The receiver is known for what it is by more than its name. */
  readonly sure: boolean;
}

const INSTRUMENT_METHODS = new Set(['add', 'record', 'observe']);

/** Every attribute that the file writes. */
export function attributeWrites(file: FileModel, starts: readonly SpanStart[]): AttributeWrite[] {
  const found: AttributeWrite[] = [];
  const startOf = new Map(starts.map((start) => [start.call, start]));
  for (const node of file.nodes.news) resourceWrites(file, node, found);
  for (const call of file.nodes.calls) {
    const start = startOf.get(call);
    if (start?.options) optionWrites(file, start, found);
    else if (!start) callWrites(file, call, found);
    if (!start || start.form === 'wrapper') helperWrites(file, call, start, found);
  }
  return found;
}

function callWrites(file: FileModel, call: ts.CallExpression, found: AttributeWrite[]): void {
  const method = calleeName(call);
  if (method === 'resourceFromAttributes') {
    fromObject(file, argument(call, 0), { target: 'resource', call, sure: true }, found);
    return;
  }
  const on = receiver(call);
  if (!on || method === undefined) return;
  switch (method) {
    case 'setAttribute':
    case 'setAttributes':
    case 'addEvent':
    case 'addLink':
      spanWrites(file, call, method, on, found);
      return;
    case 'setEntry':
      if (file.kinds.is(on, 'baggage')) keyAndValue(file, call, 'baggage', true, found);
      return;
    case 'createBaggage':
      if (file.kinds.is(on, 'propagation'))
        fromObject(file, argument(call, 0), { target: 'baggage', call, sure: true }, found);
      return;
    case 'emit':
      logWrites(file, call, found);
      return;
    default:
      if (!INSTRUMENT_METHODS.has(method)) return;
      const kind = file.kinds.is(on, 'instrument');
      if (kind) fromObject(file, argument(call, 1), { target: 'metric', call, sure: kind.sure }, found);
  }
}

/** `withSpan('checkout', { 'user.id': id }, work)`: a function of the program's own puts them on a span. */
function helperWrites(
  file: FileModel,
  call: ts.CallExpression,
  start: SpanStart | undefined,
  found: AttributeWrite[],
): void {
  for (const parameter of attributeParameters(file, call)) {
    const isRead = start?.options !== undefined && start.options === argument(call, parameter.index);
    const value = isRead ? undefined : valuePassed(call, parameter);
    if (value && ts.isObjectLiteralExpression(unwrap(value)))
      fromObject(file, value, { target: parameter.target, call, sure: parameter.sure }, found);
  }
}

function spanWrites(
  file: FileModel,
  call: ts.CallExpression,
  method: string,
  on: ts.Expression,
  found: AttributeWrite[],
): void {
  const kind = file.kinds.is(on, 'span') ?? likeSpan(file, call, on);
  if (!kind) return;
  if (method === 'setAttribute') keyAndValue(file, call, 'span', kind.sure, found);
  else if (method === 'setAttributes')
    fromObject(file, argument(call, 0), { target: 'span', call, sure: kind.sure }, found);
  else if (method === 'addEvent')
    fromObject(file, argument(call, 1), { target: 'event', call, sure: kind.sure }, found);
  else {
    const link = argument(call, 0);
    const object = link && unwrap(link);
    if (object && ts.isObjectLiteralExpression(object))
      fromObject(file, objectProperty(object, 'attributes'), { target: 'link', call, sure: kind.sure }, found);
  }
}

const LOGS_API = '@opentelemetry/api-logs';

/** `logger.emit({ severityNumber, body, attributes })`: emitters of events take a name first, and theirs hold no such record. */
function logWrites(file: FileModel, call: ts.CallExpression, found: AttributeWrite[]): void {
  const record = objectLiteralOf(file, argument(call, 0));
  const attributes = record && objectProperty(record, 'attributes');
  if (!attributes) return;
  const isOfApi = file.modules.some(({ module }) => module === LOGS_API);
  const isRecord = ['severityNumber', 'severityText'].some((name) => objectProperty(record, name) !== undefined);
  if (isOfApi || isRecord) fromObject(file, attributes, { target: 'log', call, sure: isOfApi }, found);
}

const DOTTED = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/i;

/** `ctx.setAttribute('user.email', email)` on what nothing is known of: elements of pages have no attributes with dots. */
function likeSpan(file: FileModel, call: ts.CallExpression, on: ts.Expression): { sure: boolean } | undefined {
  const first = argument(call, 0);
  if (!first || !/^setAttributes?$/.test(calleeName(call) ?? '') || file.kinds.of(on)) return undefined;
  const object = unwrap(first);
  const keys = ts.isObjectLiteralExpression(object)
    ? object.properties.map((member) => propertyName(member.name))
    : [literalText(object)];
  return keys.some((key) => key !== undefined && DOTTED.test(key)) ? { sure: false } : undefined;
}

function optionWrites(file: FileModel, start: SpanStart, found: AttributeWrite[]): void {
  const options = objectLiteralOf(file, start.options);
  if (!options) return;
  fromObject(
    file,
    objectProperty(options, 'attributes'),
    { target: 'span', call: start.call, sure: start.sure },
    found,
  );
}

function resourceWrites(file: FileModel, node: ts.NewExpression, found: AttributeWrite[]): void {
  if (calleeName(node) === 'Resource')
    fromObject(file, argument(node, 0), { target: 'resource', call: node, sure: true }, found);
}

function keyAndValue(
  file: FileModel,
  call: ts.CallExpression,
  target: AttributeWrite['target'],
  sure: boolean,
  found: AttributeWrite[],
): void {
  const keyNode = argument(call, 0);
  const value = argument(call, 1);
  if (!keyNode || !value) return;
  const key = constantText(file, keyNode);
  found.push({ target, key, keyNode, value: entryValue(target, value), shape: 'call', node: call, call, sure });
}

/** Baggage holds `{ value }` objects. */
function entryValue(target: AttributeWrite['target'], value: ts.Expression): ts.Expression {
  const object = unwrap(value);
  const inner =
    target === 'baggage' && ts.isObjectLiteralExpression(object) ? objectProperty(object, 'value') : undefined;
  return inner ?? value;
}

type Holder = Pick<AttributeWrite, 'target' | 'call' | 'sure'>;

function fromObject(
  file: FileModel,
  expression: ts.Expression | undefined,
  holder: Holder,
  found: AttributeWrite[],
): void {
  if (!expression) return;
  for (const member of membersSetLater(file, expression))
    if (!found.some(({ node }) => node === member.node)) found.push({ ...holder, ...member });
  const object = objectLiteralOf(file, expression);
  if (!object) {
    found.push({ ...holder, key: undefined, keyNode: undefined, value: expression, shape: 'whole', node: expression });
    return;
  }
  for (const member of object.properties) {
    if (ts.isPropertyAssignment(member)) {
      const key = keyOf(file, member.name);
      found.push({
        ...holder,
        key,
        keyNode: member.name,
        value: entryValue(holder.target, member.initializer),
        shape: 'property',
        node: member,
      });
    } else if (ts.isShorthandPropertyAssignment(member)) {
      const key = { text: member.name.text, guessed: false };
      found.push({ ...holder, key, keyNode: member.name, value: member.name, shape: 'shorthand', node: member });
    } else if (ts.isSpreadAssignment(member)) spreadWrites(file, member, holder, found);
  }
}

/** `...(cond && { … })` and `...(cond ? { … } : {})` hold plain members; other spreads are reported as a whole. */
function spreadWrites(file: FileModel, member: ts.SpreadAssignment, holder: Holder, found: AttributeWrite[]): void {
  const literals = spreadLiterals(member.expression);
  const constant = literals ? undefined : constantObject(file, member.expression);
  if (literals) for (const literal of literals) fromObject(file, literal, holder, found);
  else if (constant) {
    const isRead = found.some(({ node }) => node.parent === constant);
    if (!isRead) fromObject(file, constant, holder, found);
  } else
    found.push({
      ...holder,
      key: undefined,
      keyNode: undefined,
      value: member.expression,
      shape: 'spread',
      node: member,
    });
}

/** `COMMON` of `{ ...COMMON, 'db.operation.name': 'INSERT' }`, where the file shows at its top level what is in it. */
function constantObject(file: FileModel, expression: ts.Expression): ts.ObjectLiteralExpression | undefined {
  const name = unwrap(expression);
  const binding = ts.isIdentifier(name) ? file.scopes.bindingOf(name) : undefined;
  const isConstant = binding?.kind === 'const' && ts.isSourceFile(binding.scope.node);
  const object = isConstant ? objectLiteralOf(file, name) : undefined;
  return object && object.properties.length > 0 ? object : undefined;
}

function spreadLiterals(expression: ts.Expression): ts.Expression[] | undefined {
  const node = unwrap(expression);
  if (ts.isObjectLiteralExpression(node)) return [node];
  if (ts.isBinaryExpression(node)) return spreadLiterals(node.right);
  if (!ts.isConditionalExpression(node)) return undefined;
  const sides = [spreadLiterals(node.whenTrue), spreadLiterals(node.whenFalse)].filter((side) => side !== undefined);
  return sides.length > 0 ? sides.flat() : undefined;
}

function keyOf(file: FileModel, name: ts.PropertyName): ConstantText | undefined {
  if (ts.isComputedPropertyName(name)) return constantText(file, name.expression);
  const text = propertyName(name);
  return text === undefined ? undefined : { text, guessed: false };
}

/** The object literal that an expression is, names by a constant, or gets from a function of this file that does nothing else. */
export function objectLiteralOf(
  file: FileModel,
  expression: ts.Expression | undefined,
): ts.ObjectLiteralExpression | undefined {
  if (!expression) return undefined;
  const node = unwrap(expression);
  if (ts.isObjectLiteralExpression(node)) return node;
  if (ts.isIdentifier(node)) {
    const binding = file.scopes.bindingOf(node);
    const declaration = binding?.declarations[0]?.parent;
    if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
    const value = unwrap(declaration.initializer);
    return ts.isObjectLiteralExpression(value) ? value : undefined;
  }
  if (!ts.isCallExpression(node) || !ts.isIdentifier(unwrap(node.expression))) return undefined;
  const helper = declaredFunction(file, unwrap(node.expression) as ts.Identifier);
  if (helper?.file !== file || !functionBody(helper.node)) return undefined;
  const [only, another] = returnedExpressions(helper.node);
  const value = only && !another ? unwrap(only) : undefined;
  return value && !ts.isCallExpression(value) ? objectLiteralOf(file, value) : undefined;
}
