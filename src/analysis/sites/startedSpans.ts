import type { FileModel } from '../../lint/model';
import { importOf } from '../../lint/otel/imports';
import { spanStarts, type SpanStart } from '../../lint/otel/spanStarts';
import { argument, calleeName, enclosingClass, propertyName, receiver, unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import { constantText } from '../../lint/values/constants';
import type { SpanSite } from '../../protocol/spanSites';
import { namePieces } from './namePieces';
import { callPosition, functionNameAround, positionOf } from './positions';

/** Calls that start spans, wrappers of such, and decorated methods. */
export function startedSpans(file: FileModel, wrappers: readonly string[]): SpanSite[] {
  return spanStarts(file, wrappers).flatMap((start) => {
    const site = start.form === 'decorator' ? decoratedSite(file, start) : calledSite(file, start);
    return site ?? [];
  });
}

function calledSite(file: FileModel, { call, name, form }: SpanStart): SpanSite | undefined {
  const pieces = name && namePieces(file, name);
  if (!pieces) return undefined;
  const on = receiver(call);
  const tracer = form !== 'wrapper' && on ? tracerName(file, on) : undefined;
  return {
    kind: 'span',
    name: pieces,
    ...callPosition(call),
    ...functionNameAround(call),
    ...(tracer !== undefined && { tracer }),
  };
}

/** A decorator without a name gives the span that of class and method. */
function decoratedSite(file: FileModel, { call, name }: SpanStart): SpanSite | undefined {
  const member = call.parent.parent;
  const method = ts.isMethodDeclaration(member) ? propertyName(member.name) : undefined;
  if (!ts.isMethodDeclaration(member) || method === undefined) return undefined;
  const owner = enclosingClass(member)?.name?.text;
  const pieces = name ? namePieces(file, name) : [owner === undefined ? method : `${owner}.${method}`];
  return pieces && { kind: 'decorator', name: pieces, ...positionOf(member.name), functionName: method };
}

/** What the tracer was got under: `getTracer('shop')`, directly or through the name that holds it. */
function tracerName(file: FileModel, tracer: ts.Expression): string | undefined {
  const made = tracerSource(file, tracer);
  if (!made || calleeName(made.call) !== 'getTracer') return undefined;
  const first = argument(made.call, 0);
  const text = first && constantText(made.file, first);
  return text && !text.guessed ? text.text : undefined;
}

function tracerSource(
  file: FileModel,
  expression: ts.Expression,
): { file: FileModel; call: ts.CallExpression } | undefined {
  const bare = unwrap(expression);
  if (ts.isCallExpression(bare)) return { file, call: bare };
  if (ts.isPropertyAccessExpression(bare) && unwrap(bare.expression).kind === ts.SyntaxKind.ThisKeyword)
    return propertySource(file, bare);
  const declaration = ts.isIdentifier(bare) ? file.scopes.bindingOf(bare)?.declarations[0] : undefined;
  if (!declaration) return undefined;
  const imported = importOf(declaration);
  const other = imported && file.module(imported.module);
  const entry = imported && other?.exports.byName.get(imported.name);
  if (other && entry?.from === 'here') return initializerOf(other, entry.node);
  return initializerOf(file, declaration);
}

function propertySource(file: FileModel, { name, parent }: ts.PropertyAccessExpression) {
  const member = enclosingClass(parent)?.members.find(
    (each): each is ts.PropertyDeclaration => ts.isPropertyDeclaration(each) && propertyName(each.name) === name.text,
  );
  const value = member?.initializer && unwrap(member.initializer);
  return value && ts.isCallExpression(value) ? { file, call: value } : undefined;
}

function initializerOf(file: FileModel, name: ts.Node) {
  const declaration = ts.isIdentifier(name) ? (file.scopes.bindingOf(name)?.declarations[0] ?? name) : name;
  const { parent } = declaration;
  if (!parent || !ts.isVariableDeclaration(parent) || !parent.initializer) return undefined;
  const value = unwrap(parent.initializer);
  return ts.isCallExpression(value) ? { file, call: value } : undefined;
}
