import type { LintContext, TextEdit } from '../rule';
import { apiNames } from '../fixes/apiImport';
import { insertAt, lineBreak, quoted, statementEnd } from '../fixes/edits';
import { importInsertion } from '../fixes/imports';
import { kindOfType } from '../otel/declaredKinds';
import type { Binding } from '../syntax/scopes';
import { calleeName, enclosingClass, hasModifier, isInside, propertyName, unwrapAwait } from '../syntax/nodes';
import { ts } from '../ts';
import { freeName } from './layout';

export interface TracerUse {
  /** How the tracer is written: `tracer`, `this.tracer`. */
  readonly tracer: string;
  /** How `SpanStatusCode` is written. */
  readonly statusCode: string;
  /** Imports, and the tracer where the file has none. */
  readonly edits: readonly TextEdit[];
}

/** A tracer for `node`: the one in reach, else one that is made at the top of the file. Undefined when the API's names mean other things there. */
export function tracerFor(context: LintContext, node: ts.Node): TracerUse | undefined {
  const known = tracerInReach(context, node) ?? tracerOfClass(context, node);
  if (known !== undefined) {
    const api = apiNames(context, ['SpanStatusCode']);
    return api && { tracer: known, statusCode: api.texts[0], edits: api.edits };
  }
  const api = apiNames(context, ['SpanStatusCode', 'trace']);
  if (!api) return undefined;
  const [statusCode, trace] = api.texts;
  const tracer = freeName((name) => context.file.scopes.usesName(name), ['tracer', 'otelTracer']);
  return { tracer, statusCode, edits: [...api.edits, declaration(context, tracer, trace)] };
}

/** A constant of the file, an import or a parameter that holds a tracer and is seen from `node`. */
function tracerInReach({ file }: LintContext, node: ts.Node): string | undefined {
  const seen = file.scopes.bindings.filter(
    (binding) => isInside(node, binding.scope.node) && isDeclaredBefore(binding, node),
  );
  const innermost = seen.sort((a, b) => b.scope.node.pos - a.scope.node.pos);
  const isTracer = (binding: Binding) => {
    const kind = file.kinds.ofBinding(binding);
    return kind?.kind === 'tracer' && (kind.sure || binding.kind === 'import' || isFromTracerMaker(binding));
  };
  return innermost.find((binding) => isTracer(binding) && !isShadowed(binding, innermost))?.name;
}

/** `const tracer = getTracer()`: a name alone may be anything, such as a text. */
function isFromTracerMaker({ declarations: [declaration] }: Binding): boolean {
  const { parent } = declaration;
  if (!ts.isVariableDeclaration(parent) || !parent.initializer) return false;
  const value = unwrapAwait(parent.initializer);
  return ts.isCallExpression(value) && /tracer/i.test(calleeName(value) ?? '');
}

/** Inside a function what stands below it in the file is made by the time it runs. */
function isDeclaredBefore({ declarations, kind, scope }: Binding, node: ts.Node): boolean {
  if (kind === 'import' || kind === 'parameter') return true;
  if (ts.isSourceFile(scope.node) && !isTopLevel(node)) return true;
  return declarations[0].end <= node.getStart();
}

function isTopLevel(node: ts.Node): boolean {
  return ts.isSourceFile(node.parent);
}

function isShadowed(binding: Binding, innermost: readonly Binding[]): boolean {
  return innermost.find(({ name }) => name === binding.name) !== binding;
}

function tracerOfClass({ file }: LintContext, node: ts.Node): string | undefined {
  const owner = enclosingClass(node);
  if (!owner || !hasInstance(node)) return undefined;
  const fields = owner.members.flatMap<ts.PropertyDeclaration | ts.ParameterDeclaration>((member) => {
    if (ts.isPropertyDeclaration(member)) return hasModifier(member, ts.SyntaxKind.StaticKeyword) ? [] : [member];
    return ts.isConstructorDeclaration(member) ? member.parameters.filter(isField) : [];
  });
  for (const field of fields) {
    const name = propertyName(field.name);
    const kind = field.type ? kindOfType(file, field.type) : field.initializer && file.kinds.of(field.initializer);
    if (name !== undefined && kind?.kind === 'tracer') return `this.${name}`;
  }
  return undefined;
}

function isField(parameter: ts.ParameterDeclaration): boolean {
  return (ts.getModifiers(parameter)?.length ?? 0) > 0;
}

/** `this` is an object of the class there: not in static members, nor in functions that have a `this` of their own. */
function hasInstance(node: ts.Node): boolean {
  for (let current = node; current; current = current.parent) {
    if (ts.isClassElement(current)) return !hasModifier(current, ts.SyntaxKind.StaticKeyword);
    if (ts.isFunctionDeclaration(current) || ts.isFunctionExpression(current)) return false;
  }
  return false;
}

/** `const tracer = trace.getTracer('shop');` below the imports. */
function declaration(context: LintContext, name: string, trace: string): TextEdit {
  const { source } = context.file;
  const scope = quoted(source, context.project.packageName ?? 'app');
  const newline = lineBreak(source);
  const line = `const ${name} = ${trace}.getTracer(${scope})${statementEnd(source)}`;
  const { offset, isTop } = importInsertion(context);
  if (isTop) return insertAt(offset, `${newline}${line}${newline}${newline}`);
  const isFollowedByBlank = /^\s*?\n\s*?(?:\n|$)/.test(source.text.slice(offset));
  return insertAt(offset, `${newline}${newline}${line}${isFollowedByBlank ? '' : newline}`);
}
