import type { SpanStart } from '../otel/spanStarts';
import type { Fix, LintContext, TextEdit } from '../rule';
import { enclosingFunction, isTypeScript, namePath, objectProperty, unwrap, propertyName } from '../syntax/nodes';
import { isFunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { sensitiveByName } from '../values/sensitiveNames';
import { splitWords } from '../values/words';
import { insertAt, insertBeforeElement, keyText, quoted, replaceNode } from './edits';

type Place = SpanStart | ts.CallExpression;

export interface VaryingName {
  /** The argument. */
  readonly name: ts.Expression;
  /** What the name is put together by: the argument itself, or what its variable is set to. */
  readonly made: ts.Expression;
  /** The parts of `made` that vary. */
  readonly moved: readonly ts.Expression[];
}

/**
 * Makes a name of its fixed parts and puts `moved`, the parts that vary, into attributes. No fix where no name is left, or where the
 * call has no place for attributes that can be written without guessing.
 */
export function staticNameFix(context: LintContext, { name, made, moved }: VaryingName, place: Place): Fix[] {
  const text = nameWithout(context, made, moved);
  if (text === undefined) return [];
  const attributes = moved
    .filter((node) => !isSensitive(node) && !isAttributeRead(context, node))
    .map((node) => attributeOf(context, node));
  const edits = 'form' in place ? startEdits(context, place, attributes) : renameEdits(context, place, attributes);
  const rename = renameEdit(isUsedOnce(context, name) ? made : name, text);
  if (!rename) return [];
  if (!edits || attributes.some((attribute) => attribute === undefined))
    return [{ title: `Name the span ${text}`, edits: [rename], safe: false }];
  const keys = attributes.map((attribute) => attribute!.key).join(', ');
  const title = keys === '' ? `Name the span ${text}` : `Name the span ${text} and set ${keys} as an attribute`;
  return [{ title, edits: [rename, ...edits], safe: false }];
}

/** In `{ name }` the property stays. One that is called otherwise, such as `{ subject }`, is handed over for more than the name. */
function renameEdit(node: ts.Expression, text: string): TextEdit | undefined {
  if (!ts.isShorthandPropertyAssignment(node.parent)) return replaceNode(node, text);
  const property = node.getText();
  return /name$/i.test(property) ? replaceNode(node, `${property}: ${text}`) : undefined;
}

/** `span.attributes['http.target']`, or a name for it, is an attribute already. */
function isAttributeRead(context: LintContext, node: ts.Expression): boolean {
  const bare = unwrap(node);
  const declaration = context.file.scopes.bindingOf(bare)?.declarations[0]?.parent;
  const value =
    declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
      ? unwrap(declaration.initializer)
      : bare;
  return (
    ts.isElementAccessExpression(value) &&
    ts.isPropertyAccessExpression(value.expression) &&
    value.expression.name.text === 'attributes'
  );
}

/** A variable with no other use may change with the name. */
function isUsedOnce(context: LintContext, name: ts.Expression): boolean {
  const binding = context.file.scopes.bindingOf(unwrap(name));
  return binding === undefined || binding.references.length === 1;
}

interface NewAttribute {
  readonly key: string;
  readonly value: string;
}

/** The source text of the name that is left; placeholders stand in for parts of a path. */
function nameWithout(context: LintContext, name: ts.Expression, moved: readonly ts.Expression[]): string | undefined {
  const { source } = context.file;
  const parts = flatten(unwrap(name));
  let text = '';
  const kept: ts.Expression[] = [];
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else if (moved.includes(part)) text += text.endsWith('/') ? `{${placeholder(part)}}` : '\u0000';
    else {
      text += `\u0001${kept.length}\u0002`;
      kept.push(part);
    }
  }
  const fixed = tidy(text);
  if (fixed.replace(/\u0001\d+\u0002|[^\p{L}]/gu, '') === '' && kept.length === 0) return functionName(context, name);
  if (kept.length === 0) return quoted(source, fixed);
  const only = /^\u0001(\d+)\u0002$/.exec(fixed);
  if (only && isText(context, kept[Number(only[1])])) return kept[Number(only[1])].getText(source);
  const escaped = fixed.replace(/[\\`]|\$(?=\{)/g, '\\$&');
  return `\`${escaped.replace(/\u0001(\d+)\u0002/g, (_, index: string) => `\${${kept[Number(index)].getText(source)}}`)}\``;
}

/** What needs no template to be a name; without types, JavaScript takes it as it is. */
function isText({ file, types }: LintContext, node: ts.Expression): boolean {
  const facts = types.factsOf(node);
  return !isTypeScript(file.source) || (facts?.primitive === 'string' && !facts.nullable && !facts.optional);
}

/** Text and expressions of a template or a chain of `+`, in order. */
function flatten(node: ts.Expression): (string | ts.Expression)[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [
      node.head.text,
      ...node.templateSpans.flatMap((span) => [...flatten(unwrap(span.expression)), span.literal.text]),
    ];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return [...flatten(unwrap(node.left)), ...flatten(unwrap(node.right))];
  return [node];
}

/** Drops what removed parts leave behind: brackets around nothing, separators at the ends, doubled spaces. */
function tidy(text: string): string {
  return text
    .replace(/[([{<'"]\u0000[)\]}>'"]/g, '\u0000')
    .replace(/[\s:=#@\-,.|]*\u0000/g, '')
    .replace(/\s{2,}/g, ' ')
    .replace(/^[\s:\-,.|]+|[\s:=\-,.|(/[]+$/g, '')
    .trim();
}

function placeholder(node: ts.Expression): string {
  const path = namePath(node);
  return path?.at(-1)?.replace(/\W/g, '') || 'value';
}

function functionName(context: LintContext, node: ts.Node): string | undefined {
  for (let owner = enclosingFunction(node); owner; owner = enclosingFunction(owner)) {
    const name = owner.name ?? (ts.isVariableDeclaration(owner.parent) ? owner.parent.name : undefined);
    if (name && (ts.isIdentifier(name) || ts.isStringLiteral(name))) return quoted(context.file.source, name.text);
  }
  return undefined;
}

function isSensitive(node: ts.Expression): boolean {
  const path = namePath(unwrap(node));
  return path !== undefined && sensitiveByName(path.at(-1)!) !== undefined;
}

const KEYS: Readonly<Record<string, string>> = {
  url: 'url.full',
  href: 'url.full',
  uri: 'url.full',
  originalUrl: 'url.path',
  path: 'url.path',
  pathname: 'url.path',
  querystring: 'url.query',
  search: 'url.query',
  sql: 'db.query.text',
  statement: 'db.query.text',
};

function attributeOf(context: LintContext, node: ts.Expression): NewAttribute | undefined {
  const value = node.getText(context.file.source);
  const path = namePath(node);
  const last = path?.at(-1);
  if (!path || last === undefined || last === 'this') return undefined;
  if (last === 'message') return { key: 'exception.message', value };
  if (Object.hasOwn(KEYS, last)) return { key: KEYS[last], value };
  const words = splitWords(last);
  const owner = path.length > 1 && words.length === 1 ? splitWords(path.at(-2)!).filter((word) => word !== 'this') : [];
  const key = [...owner, ...words].join('.');
  return key === '' ? undefined : { key, value };
}

function renameEdits(
  context: LintContext,
  call: ts.CallExpression,
  attributes: readonly (NewAttribute | undefined)[],
): TextEdit[] | undefined {
  if (attributes.includes(undefined)) return undefined;
  const { source } = context.file;
  const calls = attributes.map((each) => `.setAttribute(${quoted(source, each!.key)}, ${each!.value})`);
  return calls.length === 0 ? [] : [insertAt(call.getEnd(), calls.join(''))];
}

function startEdits(
  context: LintContext,
  start: SpanStart,
  attributes: readonly (NewAttribute | undefined)[],
): TextEdit[] | undefined {
  if (attributes.includes(undefined) || !start.name) return undefined;
  if (attributes.length === 0) return [];
  if (start.form !== 'startSpan' && start.form !== 'startActiveSpan') return undefined;
  const { source } = context.file;
  const members = attributes.map((each) => `${keyText(source, each!.key)}: ${each!.value}`).join(', ');
  const options = start.options && unwrap(start.options);
  if (!options) {
    if (start.form === 'startActiveSpan' && !hasCallback(start)) return undefined;
    return [insertAt(start.name.getEnd(), `, { attributes: { ${members} } }`)];
  }
  if (!ts.isObjectLiteralExpression(options)) return undefined;
  const present = objectProperty(options, 'attributes');
  if (!present) return [insertMember(options, `attributes: { ${members} }`)];
  const literal = unwrap(present);
  if (!ts.isObjectLiteralExpression(literal)) return undefined;
  const known = new Set(literal.properties.map((member) => propertyName(member.name)));
  const missing = attributes.filter((each) => !known.has(each!.key));
  const added = missing.map((each) => `${keyText(source, each!.key)}: ${each!.value}`).join(', ');
  return missing.length > 0 ? [insertMember(literal, added)] : [];
}

function hasCallback(start: SpanStart): boolean {
  const last = start.call.arguments.at(-1);
  return (
    last !== undefined &&
    last !== start.name &&
    (isFunctionNode(last) || start.callback !== undefined || start.call.arguments.length === 2)
  );
}

function insertMember(object: ts.ObjectLiteralExpression, text: string): TextEdit {
  const first = object.properties[0];
  return first ? insertBeforeElement(object.getSourceFile(), first, text) : replaceNode(object, `{ ${text} }`);
}
