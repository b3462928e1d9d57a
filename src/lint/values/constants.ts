import type { FileModel } from '../model';
import { importOf, requireOf } from '../otel/imports';
import { literalText, unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { definitionOf } from './definitions';

const SEMCONV_MODULE = '@opentelemetry/semantic-conventions';
const MAX_DEPTH = 8;

export interface ConstantText {
  readonly text: string;
  /** Spelled out of a constant's name, whose words are right but whose `.` and `_` may be swapped. */
  readonly guessed: boolean;
}

/** The text that an expression always has: a literal, a constant, an enum member, a semantic-convention constant. */
export function constantText(file: FileModel, expression: ts.Expression, depth = 0): ConstantText | undefined {
  const { file: there, node } = definitionOf(file, expression);
  const literal = literalText(node);
  if (literal !== undefined) return { text: literal, guessed: false };
  if (depth > MAX_DEPTH) return undefined;
  if (ts.isTemplateExpression(node)) return ofTemplate(there, node, depth);
  if (ts.isBinaryExpression(node)) return ofSum(there, node, depth);
  if (ts.isIdentifier(node)) return ofName(there, node);
  return ts.isPropertyAccessExpression(node) ? ofProperty(there, node) : undefined;
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

function ofSum(file: FileModel, node: ts.BinaryExpression, depth: number): ConstantText | undefined {
  if (node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const left = constantText(file, node.left, depth + 1);
  const right = left && constantText(file, node.right, depth + 1);
  return right && { text: left.text + right.text, guessed: left.guessed || right.guessed };
}

/** A name of which nothing more is at hand. */
function ofName(file: FileModel, node: ts.Identifier): ConstantText | undefined {
  const declaration = file.scopes.bindingOf(node)?.declarations[0];
  if (!declaration) return semconvName(node.text);
  const imported = importOf(declaration) ?? requireOf(declaration);
  return imported && semconvName(imported.name);
}

function ofProperty(file: FileModel, node: ts.PropertyAccessExpression): ConstantText | undefined {
  const base = unwrap(node.expression);
  const name = node.name.text;
  if (!ts.isIdentifier(base)) return semconvName(name);
  const declaration = file.scopes.bindingOf(base)?.declarations[0];
  const imported = declaration && (importOf(declaration) ?? requireOf(declaration));
  const isConvention = imported?.module.startsWith(SEMCONV_MODULE) === true || /attr/i.test(base.text);
  return isConvention ? semconvName(name) : undefined;
}

/** `ATTR_URL_FULL` and `SEMATTRS_HTTP_URL` spell their key in upper case; the word order is the key's. */
function semconvName(name: string): ConstantText | undefined {
  const match =
    /^(?:ATTR|SEMATTRS|SEMRESATTRS|METRIC)_([A-Z0-9_]+)$/.exec(name) ?? /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/.exec(name);
  return match ? { text: match[1].toLowerCase().replaceAll('_', '.'), guessed: true } : undefined;
}
