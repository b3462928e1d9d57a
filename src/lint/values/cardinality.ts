import type { FileModel } from '../model';
import { importOf, moduleOfExpression } from '../otel/imports';
import {
  argument,
  calleeName,
  lastName,
  namePath,
  objectProperty,
  propertyName,
  receiver,
  returnedExpressions,
  unwrap,
  unwrapAwait,
} from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { listsValues } from '../types/declaredTypes';
import type { TypeOracle } from '../types/typeOracle';
import { constantText } from './constants';
import { callSource, functionNameVerdict, isSanitizer, passesThrough, splitsWords } from './cardinalityCalls';
import { cardinalityByName } from './cardinalityNames';
import { BOUNDED, cut, either, fallback, FINITE, isSettled, worse, type Cardinality } from './cardinalityOrder';
import {
  argumentIsZero,
  attributeRead,
  isLiteral,
  isProcedurePath,
  isToolName,
  parameterIndex,
  trailingNames,
} from './cardinalityShapes';
import { passedTo } from './callers';
import { reaching } from './reaching';
import { isOfList } from './listElements';
import { arrayLiteral, isEnum, objectLiteral, objectValue } from './literals';
import { declaredFunction } from '../otel/declaredFunctions';

const MAX_STEPS = 400;
const MAX_DEPTH = 16;

/** Follows values backwards through the file, and through files it imports, by syntax; asks for types where syntax has no answer. */
export class CardinalityReader {
  private steps = 0;
  private readonly open = new Set<ts.Node>();

  constructor(
    private readonly file: FileModel,
    private readonly types: TypeOracle | undefined,
  ) {}

  of(expression: ts.Expression): Cardinality {
    this.steps = 0;
    return this.read(expression, 0);
  }

  private read(expression: ts.Expression, depth: number): Cardinality {
    const node = unwrapAwait(expression);
    if (++this.steps > MAX_STEPS || depth > MAX_DEPTH || this.open.has(node)) return { kind: 'open', at: node };
    this.open.add(node);
    const found = this.infer(node, depth + 1);
    this.open.delete(node);
    return found;
  }

  private infer(node: ts.Expression, depth: number): Cardinality {
    if (isLiteral(node)) return FINITE;
    if (ts.isTemplateExpression(node))
      return this.worst(
        node.templateSpans.map((span) => span.expression),
        depth,
      );
    if (ts.isBinaryExpression(node)) return this.binary(node, depth);
    if (ts.isConditionalExpression(node))
      return either(this.read(node.whenTrue, depth), this.read(node.whenFalse, depth));
    if (ts.isTypeOfExpression(node) || ts.isVoidExpression(node)) return FINITE;
    if (ts.isPrefixUnaryExpression(node))
      return node.operator === ts.SyntaxKind.ExclamationToken ? FINITE : this.read(node.operand, depth);
    if (ts.isIdentifier(node)) return this.identifier(node, depth);
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return this.property(node, depth);
    if (ts.isCallExpression(node)) return this.call(node, depth);
    if (ts.isNewExpression(node)) return this.constructed(node, depth);
    if (ts.isArrayLiteralExpression(node))
      return this.worst(
        node.elements.map((element) => (ts.isSpreadElement(element) ? element.expression : element)),
        depth,
      );
    return { kind: 'open', at: node };
  }

  private worst(expressions: readonly ts.Expression[], depth: number): Cardinality {
    let worst: Cardinality = FINITE;
    for (const expression of expressions) worst = worse(worst, this.read(expression, depth));
    return worst;
  }

  private binary(node: ts.BinaryExpression, depth: number): Cardinality {
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return this.worst([node.left, node.right], depth);
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
        return fallback(this.read(node.left, depth), this.read(node.right, depth));
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.CommaToken:
      case ts.SyntaxKind.EqualsToken:
        return this.read(node.right, depth);
      case ts.SyntaxKind.MinusToken:
      case ts.SyntaxKind.AsteriskToken:
      case ts.SyntaxKind.SlashToken: {
        const value = this.worst([node.left, node.right], depth);
        return value.kind === 'unbounded' ? value : { kind: 'open', at: node };
      }
      case ts.SyntaxKind.PercentToken:
        return BOUNDED;
      default:
        return FINITE; // comparisons
    }
  }

  private identifier(node: ts.Identifier, depth: number): Cardinality {
    if (node.text === 'undefined' || node.text === 'NaN') return FINITE;
    const binding = this.file.scopes.bindingOf(node);
    if (!binding) return this.named(node, [node.text]);
    const value = this.binding(binding, node, depth);
    if (value.kind === 'open') return this.unseen(binding, this.named(node, [node.text]));
    if (value.kind !== 'unbounded' || value.sure === 'certain' || value.inReserve) return value;
    return isStronglyBounded(node.text) ? BOUNDED : value;
  }

  /** `const { url } = await prepare()`: whether it is another with every call does not show, as it does of what a caller passes. */
  private unseen({ kind }: Binding, named: Cardinality): Cardinality {
    const isShown = kind === 'parameter' || named.kind !== 'unbounded' || named.origin !== 'request';
    return isShown ? named : { ...named, sure: 'likely', isOfOneThing: true };
  }

  private binding(binding: Binding, use: ts.Expression, depth: number): Cardinality {
    switch (binding.kind) {
      case 'enum':
      case 'function':
      case 'class':
      case 'namespace':
        return FINITE;
      case 'import':
        return this.imported(binding, use, depth);
      case 'parameter':
        return this.parameter(binding, use, depth);
      case 'catch':
        return { kind: 'unbounded', what: 'an error', sure: 'certain', origin: 'made', at: use };
      default:
        return this.variable(binding, use, depth);
    }
  }

  private variable(binding: Binding, use: ts.Expression, depth: number): Cardinality {
    const reached = reaching(binding, use);
    let initial: Cardinality | undefined;
    for (const declaration of reached.initial ? binding.declarations : []) {
      const value = this.declared(declaration, use, depth);
      if (value) initial = initial ? worse(initial, value) : value;
    }
    let worst: Cardinality = FINITE;
    let known = false;
    for (const { node } of reached.writes) {
      const { parent } = node;
      const value: Cardinality =
        ts.isBinaryExpression(parent) && parent.left === node
          ? this.read(parent.right, depth)
          : { kind: 'open', at: node };
      known = true;
      worst = worse(worst, value);
    }
    if (!initial) return known ? worst : { kind: 'open', at: use };
    // What is set where it is declared stands until something better is known.
    return known ? fallback(worst, initial) : initial;
  }

  private declared(declaration: ts.Identifier, use: ts.Expression, depth: number): Cardinality | undefined {
    const { parent } = declaration;
    if (ts.isBindingElement(parent)) return this.destructured(parent, use, depth);
    if (!ts.isVariableDeclaration(parent)) return undefined;
    if (parent.type && listsValues(this.file, parent.type)) return FINITE;
    const list = parent.parent.parent;
    if (ts.isForOfStatement(list)) return this.element(list.expression, use, depth);
    if (ts.isForInStatement(list)) return this.keysOf(list.expression, use);
    return parent.initializer && this.read(parent.initializer, depth);
  }

  private destructured(element: ts.BindingElement, use: ts.Expression, depth: number): Cardinality {
    const name = propertyName(element.propertyName ?? element.name);
    if (name === undefined || ts.isArrayBindingPattern(element.parent)) return { kind: 'open', at: use };
    const holder = element.parent.parent;
    if (ts.isParameter(holder)) return this.destructuredParameter(element, holder, name, use);
    if (!ts.isVariableDeclaration(holder) || !holder.initializer) return { kind: 'open', at: use };
    const from = unwrapAwait(holder.initializer);
    const module = moduleOfExpression(from);
    if (module !== undefined) return this.exported(module, name, use, depth);
    const object = objectLiteral(this.file, from);
    const member = object && objectProperty(object, name);
    if (member) return this.read(member, depth);
    const path = namePath(from);
    return path ? this.named(use, [...path, name]) : { kind: 'open', at: use };
  }

  private destructuredParameter(
    element: ts.BindingElement,
    parameter: ts.ParameterDeclaration,
    name: string,
    use: ts.Expression,
  ): Cardinality {
    const type = parameter.type && ts.isTypeLiteralNode(parameter.type) ? parameter.type : undefined;
    for (const member of type?.members ?? [])
      if (
        ts.isPropertySignature(member) &&
        propertyName(member.name) === name &&
        member.type &&
        listsValues(this.file, member.type)
      )
        return FINITE;
    return isProcedurePath(element, name) ? BOUNDED : this.named(use, [name]);
  }

  private parameter(binding: Binding, use: ts.Expression, depth: number): Cardinality {
    const declaration = binding.declarations[0];
    const { parent } = declaration;
    if (ts.isBindingElement(parent)) return this.destructured(parent, use, depth);
    if (!ts.isParameter(parent)) return { kind: 'open', at: use };
    if (parent.type && listsValues(this.file, parent.type)) return FINITE;
    const owner = parent.parent;
    const passed = isFunctionNode(owner) ? passedTo(this.file, owner, owner.parameters.indexOf(parent)) : undefined;
    if (passed) return this.worst(passed, depth);
    return { kind: 'open', at: use };
  }

  private imported(binding: Binding, use: ts.Expression, depth: number): Cardinality {
    const from = importOf(binding.declarations[0]);
    return from ? this.exported(from.module, from.name, use, depth) : { kind: 'open', at: use };
  }

  private exported(module: string, name: string, use: ts.Expression, depth: number): Cardinality {
    const value = this.file.module(module)?.exports.byName.get(name);
    const other = this.file.module(module);
    if (!other || value?.from !== 'here') return this.named(use, [name]);
    const reader = new CardinalityReader(other, undefined);
    if (ts.isIdentifier(value.node)) {
      const binding = other.scopes.bindingOf(value.node);
      return binding ? reader.binding(binding, value.node, depth + 1) : { kind: 'open', at: use };
    }
    return ts.isExpression(value.node) ? reader.read(value.node, depth + 1) : { kind: 'open', at: use };
  }

  private property(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, depth: number): Cardinality {
    const base = unwrap(node.expression);
    const name =
      lastName(node) ?? constantText(this.file, (node as ts.ElementAccessExpression).argumentExpression)?.text;
    if (ts.isPropertyAccessExpression(base) && base.name.text === 'env' && lastName(base.expression) === 'process')
      return BOUNDED;
    const object = objectLiteral(this.file, base);
    if (object) {
      const member = name === undefined ? undefined : objectValue(this.file, object, name);
      if (member) return this.read(member, depth);
      if (name === undefined) return this.allValues(object, depth);
    }
    if (ts.isIdentifier(base) && isEnum(this.file, base)) return FINITE;
    if (name === undefined) return this.elementAccess(node as ts.ElementAccessExpression, base, depth);
    if (name === 'length' || name === 'size') return { kind: 'open', at: node };
    const path = namePath(node) ?? [...(namePath(base) ?? trailingNames(base) ?? []), name];
    return this.named(node, attributeRead(base, name) ?? path);
  }

  private elementAccess(node: ts.ElementAccessExpression, base: ts.Expression, depth: number): Cardinality {
    if (!ts.isNumericLiteral(unwrap(node.argumentExpression))) return { kind: 'open', at: node };
    if (splitsWords(base) && argumentIsZero(node)) return BOUNDED;
    return cut(this.read(base, depth));
  }

  private allValues(object: ts.ObjectLiteralExpression, depth: number): Cardinality {
    const values = object.properties.map((member) =>
      ts.isPropertyAssignment(member) ? member.initializer : undefined,
    );
    if (values.some((value) => value === undefined)) return { kind: 'open', at: object };
    return this.worst(values as ts.Expression[], depth);
  }

  /** What one turn of `for (const x of list)` or `list.map((x) => …)` sees. */
  private element(list: ts.Expression, use: ts.Expression, depth: number): Cardinality {
    const bare = arrayLiteral(this.file, list) ?? unwrap(list);
    if (ts.isArrayLiteralExpression(bare)) return this.read(bare, depth);
    if (ts.isCallExpression(bare) && receiver(bare) && lastName(receiver(bare)!) === 'Object') {
      const object = argument(bare, 0) && objectLiteral(this.file, argument(bare, 0)!);
      if (object) return calleeName(bare) === 'values' ? this.allValues(object, depth) : FINITE;
    }
    return { kind: 'open', at: use };
  }

  private keysOf(object: ts.Expression, use: ts.Expression): Cardinality {
    return objectLiteral(this.file, object) ? FINITE : { kind: 'open', at: use };
  }

  private call(call: ts.CallExpression, depth: number): Cardinality {
    const source = callSource(call);
    if (source) return { kind: 'unbounded', ...source, origin: 'made', at: call };
    if (isSanitizer(call)) return BOUNDED;
    const through = passesThrough(call);
    if (through) {
      const value = this.worst(through.expressions, depth);
      return through.cut ? cut(value) : value;
    }
    const byName = functionNameVerdict(calleeName(call));
    if (byName?.kind === 'bounded' && byName.strong) return BOUNDED;
    const callee = unwrap(call.expression);
    const helper = ts.isIdentifier(callee) ? declaredFunction(this.file, callee) : undefined;
    if (helper && depth < MAX_DEPTH) {
      const returned = this.returnedBy(helper.file, helper.node, call, depth);
      if (returned && isSettled(returned)) return returned;
    }
    if (byName?.kind === 'unbounded') return { ...byName, at: call };
    return byName?.kind === 'bounded' ? BOUNDED : (this.typed(call) ?? { kind: 'open', at: call });
  }

  private returnedBy(
    file: FileModel,
    node: FunctionNode,
    call: ts.CallExpression,
    depth: number,
  ): Cardinality | undefined {
    if (node.type && listsValues(file, node.type)) return FINITE;
    const returned = returnedExpressions(node);
    if (returned.length === 0) return undefined;
    const reader = file === this.file ? this : new CardinalityReader(file, undefined);
    let worst: Cardinality = FINITE;
    let cuts = false;
    for (const expression of returned) {
      const parameter = parameterIndex(file, node, expression);
      const passed = parameter === undefined ? undefined : argument(call, parameter);
      const value = passed ? this.read(passed, depth) : reader.read(expression, depth);
      cuts ||= value.kind === 'unbounded' && value.cut === true;
      worst = worse(worst, value);
    }
    // A helper that shortens the value on one path is there to shorten it: `return space < 0 ? sql : sql.slice(0, space)`.
    if (cuts) worst = cut(worst);
    // Where the function came by it is out of the user's sight here: the call is what can be changed.
    return worst.kind === 'unbounded' && file !== this.file ? { ...worst, at: call } : worst;
  }

  private constructed(node: ts.NewExpression, depth: number): Cardinality {
    const name = calleeName(node);
    if (name === 'Date')
      return { kind: 'unbounded', what: 'a point in time', sure: 'certain', origin: 'made', at: node };
    const first = argument(node, 0);
    if ((name === 'URL' || name === 'String') && first) return this.read(first, depth);
    return { kind: 'open', at: node };
  }

  /** The last resort: what types and then names say. */
  private named(node: ts.Expression, names: readonly string[]): Cardinality {
    const verdict = cardinalityByName(names);
    if (verdict.kind === 'bounded' || isToolName(this.file, names)) return BOUNDED;
    const typed = this.typed(node);
    if (typed) return typed;
    if (verdict.kind !== 'unbounded') return { kind: 'open', at: node };
    return verdict.origin === 'request' && isOfList(this.file, node)
      ? { ...verdict, sure: 'likely', isOfOneThing: true, at: node }
      : { ...verdict, at: node };
  }

  private typed(node: ts.Expression): Cardinality | undefined {
    const facts = this.types?.factsOf(node);
    if (!facts) return undefined;
    return facts.finite || facts.primitive === 'boolean' ? FINITE : undefined;
  }
}

function isStronglyBounded(name: string): boolean {
  const verdict = cardinalityByName([name]);
  return verdict.kind === 'bounded' && verdict.strong;
}
