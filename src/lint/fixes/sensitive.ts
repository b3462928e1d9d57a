import type { AttributeWrite } from '../otel/attributeWrites';
import type { Fix, LintContext, TextEdit } from '../rule';
import { outerParent } from '../syntax/nodes';
import { ts } from '../ts';
import type { SensitiveValue } from '../values/sensitiveValues';
import { insertAfterElement, keyText, quoted, removeListElement, removeStatement, replaceNode } from './edits';
import { insertImport } from './imports';

/** Remove the attribute, or send a hash of the value under a name that says so. */
export function sensitiveFixes(context: LintContext, write: AttributeWrite, found: SensitiveValue): Fix[] {
  const fixes = removeFix(context, write);
  const hash = hashWrite(context, write, found);
  if (hash) fixes.push(hash);
  return fixes;
}

export function removeFix(context: LintContext, write: AttributeWrite): Fix[] {
  const removal = removeWrite(context, write);
  const title = write.key && !write.key.guessed ? `Remove ${write.key.text}` : 'Remove it';
  return removal ? [{ title, edits: [removal], safe: false }] : [];
}

function removeWrite(context: LintContext, write: AttributeWrite): TextEdit | undefined {
  const { source } = context.file;
  const { node } = write;
  if (write.shape === 'property' || write.shape === 'shorthand' || write.shape === 'spread')
    return removeListElement(source, node);
  if (write.shape === 'whole') {
    const statement = outerParent(write.call);
    return ts.isExpressionStatement(statement) ? removeStatement(source, statement) : undefined;
  }
  const parent = outerParent(node);
  if (write.shape === 'assignment')
    return ts.isExpressionStatement(parent) ? removeStatement(source, parent) : undefined;
  if (ts.isExpressionStatement(parent) && isWholeChain(node)) return removeStatement(source, parent);
  const callee = (node as ts.CallExpression).expression;
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  // one link of a fluent chain: the receiver stays
  return { start: callee.expression.getEnd(), end: node.getEnd(), text: '' };
}

function isWholeChain(node: ts.Node): boolean {
  const callee = (node as ts.CallExpression).expression;
  return !ts.isPropertyAccessExpression(callee) || !ts.isCallExpression(callee.expression);
}

function hashWrite(context: LintContext, write: AttributeWrite, found: SensitiveValue): Fix | undefined {
  const { source } = context.file;
  if (write.shape === 'spread' || write.shape === 'whole' || !write.key || write.key.guessed || !write.keyNode)
    return undefined;
  if (found.class.id === 'password' || found.class.id === 'card') return undefined;
  const hash = hashFunction(context);
  const key = `${write.key.text}${hashSuffix(write.key.text)}`;
  if (context.writes.some((other) => other.call === write.call && other.key?.text === key)) return undefined;
  const value = `${hash.name}('sha256').update(${textOf(context, write.value)}).digest('hex')`.replaceAll(
    "'",
    quoted(source, '')[0],
  );
  const edits =
    write.shape === 'shorthand'
      ? [replaceNode(write.node, `${keyText(source, key)}: ${value}`)]
      : [
          replaceNode(write.keyNode, write.shape === 'property' ? keyText(source, key) : quoted(source, key)),
          replaceNode(write.value, value),
        ];
  return { title: `Send a hash as ${key}`, edits: [...hash.edits, ...edits], safe: false };
}

function textOf(context: LintContext, value: ts.Expression): string {
  const text = value.getText(context.file.source);
  return isSurelyText(value) ? text : `String(${text})`;
}

function isSurelyText(value: ts.Expression): boolean {
  return ts.isTemplateExpression(value) || ts.isStringLiteralLike(value);
}

/** Spelled as the key is: `user.email_hash`, `x-real-ip-hash`, `emailHash`. */
function hashSuffix(key: string): string {
  if (/[_.]/.test(key)) return '_hash';
  return key.includes('-') ? '-hash' : 'Hash';
}

/** How the file can call `createHash`, with the import that this takes. */
function hashFunction(context: LintContext): { name: string; edits: TextEdit[] } {
  const { file } = context;
  const crypto = file.modules.find(({ module }) => module === 'node:crypto' || module === 'crypto');
  const declaration = crypto && ts.findAncestor(crypto.node, ts.isImportDeclaration);
  const bindings = declaration?.importClause?.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) return { name: `${bindings.name.text}.createHash`, edits: [] };
  if (declaration?.importClause?.name && !bindings)
    return { name: `${declaration.importClause.name.text}.createHash`, edits: [] };
  if (bindings && ts.isNamedImports(bindings) && !declaration?.importClause?.isTypeOnly) {
    const present = bindings.elements.find((each) => (each.propertyName ?? each.name).text === 'createHash');
    if (present) return { name: present.name.text, edits: [] };
    const last = bindings.elements.at(-1);
    if (last) return { name: 'createHash', edits: [insertAfterElement(context.file.source, last, 'createHash')] };
  }
  return { name: 'createHash', edits: [insertImport(context, 'createHash', 'node:crypto')] };
}
