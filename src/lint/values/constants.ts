import type { FileModel } from '../model';
import { importOf } from '../otel/imports';
import { lastName, literalText, objectProperty, unwrap } from '../syntax/nodes';
import { ts } from '../ts';

const SEMCONV_MODULE = '@opentelemetry/semantic-conventions';
const MAX_DEPTH = 8;

export interface ConstantText {
  readonly text: string;
  /** Spelled out of a constant's name, whose words are right but whose `.` and `_` may be swapped. */
  readonly guessed: boolean;
}

/** The text that an expression always has: a literal, a constant, an enum member, a semantic-convention constant. */
export function constantText(file: FileModel, expression: ts.Expression, depth = 0): ConstantText | undefined {
  const node = unwrap(expression);
  const literal = literalText(node);
  if (literal !== undefined) return { text: literal, guessed: false };
  if (depth > MAX_DEPTH) return undefined;
  if (ts.isIdentifier(node)) return ofIdentifier(file, node, depth);
  if (ts.isTemplateExpression(node)) return ofTemplate(file, node, depth);
  if (ts.isPropertyAccessExpression(node)) return ofProperty(file, node, depth);
  return undefined;
}

function ofTemplate(file: FileModel, node: ts.TemplateExpression, depth: number): ConstantText | undefined {
  let text = node.head.text;
  let guessed = false;
  for (const span of node.templateSpans) {
    const part = constantText(file, span.expression, depth + 1);
    if (!part) return undefined;
    text += part.text + span.literal.text;
    guessed ||= part.guessed;
  }
  return { text, guessed };
}

function ofIdentifier(file: FileModel, node: ts.Identifier, depth: number): ConstantText | undefined {
  const binding = file.scopes.bindingOf(node);
  const declaration = binding?.declarations[0];
  if (!declaration) return semconvName(node.text);
  const imported = importOf(declaration);
  if (imported) {
    if (imported.module.startsWith(SEMCONV_MODULE)) return semconvName(imported.name);
    const other = file.module(imported.module);
    const entry = other?.exports.byName.get(imported.name);
    if (!other || entry?.from !== 'here') return semconvName(imported.name);
    if (ts.isIdentifier(entry.node)) return ofIdentifier(other, entry.node, depth + 1);
    return ts.isExpression(entry.node) ? constantText(other, entry.node, depth + 1) : undefined;
  }
  const { parent } = declaration;
  if (binding.kind !== 'const' || !ts.isVariableDeclaration(parent) || !parent.initializer) return undefined;
  return constantText(file, parent.initializer, depth + 1);
}

function ofProperty(file: FileModel, node: ts.PropertyAccessExpression, depth: number): ConstantText | undefined {
  const base = unwrap(node.expression);
  const name = node.name.text;
  if (!ts.isIdentifier(base)) return semconvName(name);
  const binding = file.scopes.bindingOf(base);
  const declaration = binding?.declarations[0];
  const imported = declaration && importOf(declaration);
  if (imported?.module.startsWith(SEMCONV_MODULE)) return semconvName(name);
  const holder = imported
    ? importedHolder(file, imported.module, imported.name)
    : declaration && { file, node: declaration };
  return (
    (holder && memberText(holder.file, holder.node, name, depth)) ??
    (/attr/i.test(lastName(base) ?? '') ? semconvName(name) : undefined)
  );
}

function importedHolder(file: FileModel, module: string, name: string): { file: FileModel; node: ts.Node } | undefined {
  const other = file.module(module);
  const entry = other?.exports.byName.get(name);
  return other && entry?.from === 'here' ? { file: other, node: entry.node } : undefined;
}

function memberText(file: FileModel, declaration: ts.Node, name: string, depth: number): ConstantText | undefined {
  const binding = file.scopes.bindingOf(declaration);
  const parent = (binding?.declarations[0] ?? declaration).parent;
  if (ts.isEnumDeclaration(parent)) {
    const member = parent.members.find(
      (each) => literalText(each.name) === name || (ts.isIdentifier(each.name) && each.name.text === name),
    );
    return member?.initializer && constantText(file, member.initializer, depth + 1);
  }
  if (!ts.isVariableDeclaration(parent) || !parent.initializer) return undefined;
  const object = unwrap(parent.initializer);
  const value = ts.isObjectLiteralExpression(object) ? objectProperty(object, name) : undefined;
  return value && constantText(file, value, depth + 1);
}

/** `ATTR_URL_FULL` and `SEMATTRS_HTTP_URL` spell their key in upper case; the word order is the key's. */
function semconvName(name: string): ConstantText | undefined {
  const match =
    /^(?:ATTR|SEMATTRS|SEMRESATTRS|METRIC)_([A-Z0-9_]+)$/.exec(name) ?? /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/.exec(name);
  return match ? { text: match[1].toLowerCase().replaceAll('_', '.'), guessed: true } : undefined;
}
