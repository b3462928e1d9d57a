import type { LintContext } from '../rule';
import { indentStep, lineBreak, quoted, statementEnd } from '../fixes/edits';
import { isInside, isTypeScript } from '../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { freeName } from './layout';
import type { SpanMaker } from './spanMaker';

export interface SpanBlock {
  readonly maker: SpanMaker;
  readonly name: string;
  readonly isAsync: boolean;
  /** The callback's return type, where it must be written. */
  readonly returns?: string;
  /** Of the line that the call begins on. */
  readonly indent: string;
  /** What runs inside, indented as it shall be; see {@link depthOf}. */
  readonly content: string;
  readonly node: ts.Node;
}

/** How many steps of indentation the content stands deeper than the call. */
export function depthOf(maker: SpanMaker): number {
  return maker.form === 'tracer' ? 2 : 1;
}

/** Without its declared type a function's values would be inferred anew in the callback, and wider. */
export function returnTypeOf({ file }: LintContext, node: FunctionNode | undefined): string | undefined {
  const type = node?.type;
  if (!type) return undefined;
  if (ts.isTypePredicateNode(type)) return type.assertsModifier ? 'void' : 'boolean';
  return type.getText(file.source);
}

/** The text of a call that runs the content inside a span, from `tracer.` to `)`. */
export function spanBlock(context: LintContext, block: SpanBlock): string {
  const { source } = context.file;
  const { maker, indent, content, isAsync } = block;
  const newline = lineBreak(source);
  const step = indentStep(source);
  const end = statementEnd(source);
  const name = quoted(source, block.name);
  const returns = block.returns === undefined ? '' : `: ${block.returns}`;
  const head = isAsync ? 'async ' : '';
  if (maker.form === 'wrapper')
    return [`${maker.callee}(${name}, ${head}()${returns} => {`, content, `${indent}})`].join(newline);
  const span = freeName((each) => mentions(block.node, each), ['span', 'activeSpan', 'ownSpan']);
  const error = isTypeScript(source) ? 'error as Error' : 'error';
  const inner = indent + step;
  return [
    `${maker.tracer}.startActiveSpan(${name}, ${head}(${span})${returns} => {`,
    `${inner}try {`,
    content,
    `${inner}} catch (error) {`,
    `${inner}${step}${span}.recordException(${error})${end}`,
    `${inner}${step}${span}.setStatus({ code: ${maker.statusCode}.ERROR })${end}`,
    `${inner}${step}throw error${end}`,
    `${inner}} finally {`,
    `${inner}${step}${span}.end()${end}`,
    `${inner}}`,
    `${indent}})`,
  ].join(newline);
}

function mentions(root: ts.Node, name: string): boolean {
  let found = false;
  walk(root, (node) => {
    if (ts.isIdentifier(node) && node.text === name && !isPropertyName(node)) found = true;
    return !found;
  });
  return found;
}

function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

export interface Behaviour {
  readonly awaits: boolean;
  readonly returns: boolean;
  readonly returnsValue: boolean;
  readonly yields: boolean;
  /** `break` or `continue` of a loop, switch or label that is not inside. */
  readonly jumps: boolean;
}

/** What the code of these nodes does to the function around it; functions inside them do it to themselves. */
export function behaviourOf(roots: readonly ts.Node[]): Behaviour {
  const found = { awaits: false, returns: false, returnsValue: false, yields: false, jumps: false };
  for (const root of roots)
    walk(root, (node) => {
      if (isFunctionNode(node) || ts.isClassLike(node)) return false;
      if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) found.awaits = true;
      if (ts.isVariableDeclarationList(node) && /^await\b/.test(node.getText())) found.awaits = true;
      if (ts.isYieldExpression(node)) found.yields = true;
      if (ts.isReturnStatement(node)) {
        found.returns = true;
        if (node.expression) found.returnsValue = true;
      }
      if (ts.isBreakOrContinueStatement(node) && leaves(node, root)) found.jumps = true;
      return true;
    });
  return found;
}

function leaves(jump: ts.BreakOrContinueStatement, root: ts.Node): boolean {
  for (let node: ts.Node = jump.parent; node; node = node.parent) {
    if (jump.label && ts.isLabeledStatement(node) && node.label.text === jump.label.text) return !isInside(node, root);
    const isLoop = ts.isIterationStatement(node, false);
    if (!jump.label && (isLoop || (ts.isBreakStatement(jump) && ts.isSwitchStatement(node))))
      return !isInside(node, root);
    if (isFunctionNode(node)) return true;
  }
  return true;
}
