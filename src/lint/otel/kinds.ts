import type { FileModel, Kind, KindReader, OtelKind } from '../model';
import {
  argument,
  calleeName,
  enclosingClass,
  lastName,
  propertyName,
  receiver,
  returnedExpressions,
  unwrap,
  unwrapAwait,
} from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { classMember, memberSources } from './classMembers';
import { API_MODULE, importOf, isOtelModule, moduleOfExpression } from './imports';
import { declaredFunction } from './declaredFunctions';
import { kindOfType } from './declaredKinds';
import { API_EXPORTS, constructedKind, METHODS, OTHER, SPAN_CALLBACKS } from './kindTables';
import { givesElement, isForeignGlobal, isForeignModule, kindByName, kindOfTypeName } from './names';

const MAX_DEPTH = 24;

/** Tells what an expression of a file is, from imports, declared types, calls and, last, names. */
export class Kinds implements KindReader {
  private readonly known = new Map<ts.Node, Kind | undefined>();
  private readonly open = new Set<ts.Node>();

  constructor(private readonly file: FileModel) {}

  of(expression: ts.Expression): Kind | undefined {
    const kind = this.at(expression, 0);
    return kind?.sure ? kind : (this.byType(expression) ?? kind);
  }

  /** What the type says where syntax says nothing, or goes by a name alone. */
  private byType(expression: ts.Expression): Kind | undefined {
    if (this.isGlobal(expression)) return undefined;
    const facts = this.file.types?.factsOf(expression);
    if (facts?.primitive || facts?.finite) return OTHER;
    if (facts?.name === undefined || facts.declaredIn === undefined) return undefined;
    if (!isOtelModule(facts.declaredIn)) return OTHER;
    const kind = kindOfTypeName(facts.name);
    return kind ? { kind, sure: true } : undefined;
  }

  /** `Math.max`, `console.log`: what the file declares nowhere is none of ours. */
  private isGlobal(expression: ts.Expression): boolean {
    let root = unwrap(expression);
    while (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root)) root = unwrap(root.expression);
    return ts.isIdentifier(root) && !this.file.scopes.bindingOf(root);
  }

  is(expression: ts.Expression | undefined, kind: OtelKind): Kind | undefined {
    const found = expression && this.of(expression);
    return found?.kind === kind ? found : undefined;
  }

  ofBinding(binding: Binding): Kind | undefined {
    return this.binding(binding, 0);
  }

  returnedBy(node: FunctionNode): Kind | undefined {
    return this.returned(node, 0);
  }

  private at(expression: ts.Expression, depth: number): Kind | undefined {
    const node = unwrapAwait(expression);
    if (this.known.has(node)) return this.known.get(node);
    if (depth > MAX_DEPTH || this.open.has(node)) return undefined;
    this.open.add(node);
    const kind = this.infer(node, depth + 1);
    this.open.delete(node);
    this.known.set(node, kind);
    return kind;
  }

  private infer(node: ts.Expression, depth: number): Kind | undefined {
    if (ts.isIdentifier(node)) {
      const binding = this.file.scopes.bindingOf(node);
      if (binding) return this.binding(binding, depth);
      return isForeignGlobal(node.text) ? OTHER : undefined;
    }
    if (ts.isCallExpression(node)) return this.call(node, depth);
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return this.property(node, depth);
    if (ts.isConditionalExpression(node)) return this.at(node.whenTrue, depth) ?? this.at(node.whenFalse, depth);
    if (ts.isBinaryExpression(node)) return this.binary(node, depth);
    if (ts.isNewExpression(node)) return constructedKind(node);
    return isPlainValue(node) ? OTHER : undefined;
  }

  private binary(node: ts.BinaryExpression, depth: number): Kind | undefined {
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
        return this.at(node.left, depth) ?? this.at(node.right, depth);
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.CommaToken:
      case ts.SyntaxKind.EqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.BarBarEqualsToken:
        return this.at(node.right, depth);
      default:
        return OTHER;
    }
  }

  private call(call: ts.CallExpression, depth: number): Kind | undefined {
    const module = moduleOfExpression(call);
    if (module !== undefined) {
      if (module === API_MODULE) return { kind: 'api', sure: true };
      return isForeignModule(module) ? OTHER : undefined;
    }
    const on = receiver(call);
    const method = calleeName(call);
    if (!on) return this.calledFunction(call, depth);
    if (method === undefined) return undefined;
    if (givesElement(method)) return OTHER;
    const base = this.at(on, depth);
    const gives = base && base.kind !== 'other' ? METHODS[base.kind]?.[method] : undefined;
    if (base && gives) return { kind: gives, sure: base.sure };
    if (method === 'startActiveSpan') return this.resultOfCallback(call, depth);
    if (method === 'bind') return this.at(argument(call, 1) ?? on, depth);
    if (method === 'getTracer' || method === 'getMeter')
      return {
        kind: method === 'getTracer' ? 'tracer' : 'meter',
        sure: base === undefined && !this.comesFromElsewhere(on),
      };
    if (base?.kind === 'other' || base?.sure) return OTHER;
    return this.calledMethod(call, method, depth);
  }

  /** From a package that is not OpenTelemetry's, or a module that is not at hand: `trace` may be anybody's there. */
  private comesFromElsewhere(on: ts.Expression): boolean {
    let root = unwrapAwait(on);
    while (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root)) root = unwrapAwait(root.expression);
    const declaration = this.file.scopes.bindingOf(root)?.declarations[0];
    const module = declaration && importOf(declaration)?.module;
    return module !== undefined && !isOtelModule(module) && this.file.module(module) === undefined;
  }

  private resultOfCallback(call: ts.CallExpression, depth: number): Kind | undefined {
    const callback = call.arguments.at(-1);
    if (!callback || !isFunctionNode(callback)) return undefined;
    return this.returned(callback, depth);
  }

  private calledFunction(call: ts.CallExpression, depth: number): Kind | undefined {
    const callee = unwrap(call.expression);
    if (isFunctionNode(callee)) return this.returned(callee, depth);
    if (!ts.isIdentifier(callee)) return undefined;
    const declared = declaredFunction(this.file, callee);
    if (declared) return declared.file.kinds.returnedBy(declared.node);
    const byName = kindByName(callee.text);
    return byName && /^(get|create|start|make|current|active)/i.test(callee.text)
      ? { kind: byName, sure: false }
      : undefined;
  }

  private calledMethod(call: ts.CallExpression, method: string, depth: number): Kind | undefined {
    const on = receiver(call);
    if (on && isThis(unwrap(on))) {
      const member = this.memberOf(call, method);
      if (member && ts.isMethodDeclaration(member)) {
        const kind = this.returned(member, depth);
        if (kind) return kind;
      }
    }
    const byName = kindByName(method.replace(/^_+/, '').replace(/^(get|create|start|make|current|active)/i, ''));
    const isGetter = /^_*(get|create|start|make)/i.test(method);
    return byName && isGetter && byName !== 'context' ? { kind: byName, sure: false } : undefined;
  }

  private property(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, depth: number): Kind | undefined {
    const name = lastName(node);
    if (name === undefined) return undefined;
    const base = unwrap(node.expression);
    const owner = this.classOf(base);
    if (owner) {
      const member = classMember(owner, name);
      const kind = member ? this.member(member, name, depth) : this.inherited(owner, name);
      if (kind) return kind;
    } else {
      const kind = this.at(base, depth);
      if (kind?.kind === 'api') {
        const exported = API_EXPORTS[name];
        return exported ? { kind: exported, sure: kind.sure } : OTHER;
      }
      if (kind && kind.kind !== 'other' && kind.sure) return undefined;
      const exported = this.exportedProperty(base, name, depth);
      if (exported) return exported;
    }
    const byName = kindByName(name);
    return byName ? { kind: byName, sure: false } : undefined;
  }

  /** `telemetry.tracer` where `telemetry` is an imported module or an object literal of this file. */
  private exportedProperty(base: ts.Expression, name: string, depth: number): Kind | undefined {
    if (!ts.isIdentifier(base)) return undefined;
    const binding = this.file.scopes.bindingOf(base);
    const declaration = binding?.declarations[0];
    if (!declaration) return undefined;
    const imported = importOf(declaration);
    if (imported?.name === '*') return this.exported(imported.module, name, depth);
    const { parent } = declaration;
    if (!ts.isVariableDeclaration(parent) || !parent.initializer) return undefined;
    const module = moduleOfExpression(parent.initializer);
    if (module !== undefined) return this.exported(module, name, depth);
    const object = unwrap(parent.initializer);
    if (!ts.isObjectLiteralExpression(object)) return undefined;
    for (const member of object.properties) {
      if (propertyName(member.name) !== name) continue;
      if (ts.isPropertyAssignment(member)) return this.at(member.initializer, depth);
      if (ts.isShorthandPropertyAssignment(member)) return this.at(member.name, depth);
    }
    return undefined;
  }

  /** The class of `this`, and of `self` after `const self = this`. */
  private classOf(base: ts.Expression): ts.ClassLikeDeclaration | undefined {
    if (isThis(base)) return enclosingClass(base);
    const declaration = this.file.scopes.bindingOf(base)?.declarations[0]?.parent;
    if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
    return isThis(unwrap(declaration.initializer)) ? enclosingClass(declaration) : undefined;
  }

  /** What instrumentations get from their base class. */
  private inherited(owner: ts.ClassLikeDeclaration, name: string): Kind | undefined {
    if (name !== 'tracer' && name !== 'meter') return undefined;
    const base = owner.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    const declaration = base && this.file.scopes.bindingOf(base.expression)?.declarations[0];
    const module = declaration && importOf(declaration)?.module;
    return module !== undefined && isOtelModule(module) ? { kind: name, sure: true } : undefined;
  }

  private memberOf(from: ts.Node, name: string): ts.ClassElement | ts.ParameterDeclaration | undefined {
    const owner = enclosingClass(from);
    return owner && classMember(owner, name);
  }

  private member(member: ts.ClassElement | ts.ParameterDeclaration, name: string, depth: number): Kind | undefined {
    if (ts.isGetAccessorDeclaration(member)) return this.returned(member, depth);
    if (!ts.isPropertyDeclaration(member) && !ts.isParameter(member)) return undefined;
    if (member.type) {
      const typed = kindOfType(this.file, member.type);
      if (typed) return typed;
    }
    if (member.initializer) return this.at(member.initializer, depth);
    const owner = enclosingClass(member);
    for (const source of owner ? memberSources(owner, name) : []) {
      const kind = this.at(source, depth);
      if (kind) return kind;
    }
    return undefined;
  }

  private binding(binding: Binding, depth: number): Kind | undefined {
    if (depth > MAX_DEPTH) return undefined;
    for (const declaration of binding.declarations) {
      const kind = this.declared(declaration, depth);
      if (kind) return kind;
    }
    for (const { node, writes } of binding.references) {
      if (!writes || !ts.isBinaryExpression(node.parent) || node.parent.left !== node) continue;
      const kind = this.at(node.parent.right, depth + 1);
      if (kind && kind.kind !== 'other') return kind;
    }
    if (binding.kind === 'function' || binding.kind === 'class' || binding.kind === 'enum') return OTHER;
    const byName = kindByName(binding.name);
    return byName ? { kind: byName, sure: false } : undefined;
  }

  private declared(name: ts.Identifier, depth: number): Kind | undefined {
    const imported = importOf(name);
    if (imported) return this.exported(imported.module, imported.name, depth);
    const { parent } = name;
    if (ts.isBindingElement(parent)) return this.destructured(parent, depth);
    if (ts.isParameter(parent)) return this.parameter(parent, depth);
    if (!ts.isVariableDeclaration(parent)) return undefined;
    const typed = parent.type && kindOfType(this.file, parent.type);
    if (typed) return typed;
    return parent.initializer && this.at(parent.initializer, depth);
  }

  private destructured(element: ts.BindingElement, depth: number): Kind | undefined {
    const name = propertyName(element.propertyName ?? element.name);
    const declaration = element.parent.parent;
    if (name === undefined || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
    const from = unwrapAwait(declaration.initializer);
    if (isThis(from)) {
      const member = this.memberOf(element, name);
      return member && this.member(member, name, depth);
    }
    const module = moduleOfExpression(from);
    if (module !== undefined) return this.exported(module, name, depth);
    const base = this.at(from, depth);
    if (base?.kind === 'api') {
      const exported = API_EXPORTS[name];
      return exported ? { kind: exported, sure: base.sure } : OTHER;
    }
    return this.exportedProperty(from, name, depth);
  }

  private parameter(node: ts.ParameterDeclaration, depth: number): Kind | undefined {
    const typed = node.type && kindOfType(this.file, node.type);
    if (typed) return typed;
    const owner = node.parent;
    if (owner.parameters[0] === node && isFunctionNode(owner) && ts.isCallExpression(owner.parent)) {
      const call = owner.parent;
      const method = calleeName(call);
      if (method !== undefined && SPAN_CALLBACKS.has(method) && call.arguments.at(-1) === owner)
        return { kind: 'span', sure: true };
    }
    if (owner.parameters[0] === node && this.isObservableCallback(owner, depth))
      return { kind: 'instrument', sure: true };
    if (owner.parameters[0] === node && isHook(owner)) return { kind: 'span', sure: true };
    return node.initializer && this.at(node.initializer, depth);
  }

  /** `gauge.addCallback((result) => result.observe(…))` */
  private isObservableCallback(owner: ts.SignatureDeclaration, depth: number): boolean {
    if (!ts.isCallExpression(owner.parent) || calleeName(owner.parent) !== 'addCallback') return false;
    const on = receiver(owner.parent);
    return on !== undefined && this.at(on, depth)?.kind === 'instrument';
  }

  private returned(node: FunctionNode, depth: number): Kind | undefined {
    if (node.type) {
      const typed = kindOfType(this.file, node.type);
      if (typed) return typed;
    }
    for (const expression of returnedExpressions(node)) {
      const kind = this.at(expression, depth);
      if (kind) return kind;
    }
    return undefined;
  }

  private exported(module: string, name: string, depth: number): Kind | undefined {
    if (module === API_MODULE) {
      const kind = API_EXPORTS[name];
      return kind ? { kind, sure: true } : OTHER;
    }
    if (isForeignModule(module)) return OTHER;
    if (depth > MAX_DEPTH) return undefined;
    return this.file.module(module)?.kinds.ofExport(name, depth + 1);
  }

  ofExport(name: string, depth: number): Kind | undefined {
    const entry = this.file.exports.byName.get(name);
    if (entry?.from === 'module') return this.exported(entry.module, entry.name, depth);
    if (entry) {
      if (ts.isIdentifier(entry.node)) {
        const binding = this.file.scopes.bindingOf(entry.node);
        return binding && this.binding(binding, depth);
      }
      return ts.isExpression(entry.node) ? this.at(entry.node, depth) : undefined;
    }
    for (const star of this.file.exports.stars) {
      const kind = this.exported(star, name, depth);
      if (kind && kind.kind !== 'other') return kind;
    }
    return undefined;
  }
}

/** `requestHook: (span, request) => …` in the settings of an instrumentation: the first parameter is the span. */
function isHook(node: ts.SignatureDeclaration): boolean {
  const first = node.parameters[0]?.name;
  if (!first || !ts.isIdentifier(first) || !/span$/i.test(first.text)) return false;
  const name = ts.isPropertyAssignment(node.parent)
    ? node.parent.name
    : ts.isMethodDeclaration(node)
      ? node.name
      : undefined;
  const text = propertyName(name);
  return text !== undefined && /Hook$|^applyCustomAttributes/.test(text);
}

function isThis(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.ThisKeyword;
}

function isPlainValue(node: ts.Expression): boolean {
  return (
    ts.isLiteralExpression(node) ||
    ts.isTemplateExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    isFunctionNode(node) ||
    ts.isClassExpression(node)
  );
}
