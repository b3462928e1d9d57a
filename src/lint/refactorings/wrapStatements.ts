import { indentAt, indentStep, lineBreak, statementEnd } from '../fixes/edits';
import { givesPromise } from '../otel/promises';
import { givesOpenSpan } from '../otel/spanStarts';
import type { LintContext, TextEdit, TextRange } from '../rule';
import { enclosingFunction, isAsync, isGenerator, isTypeScript, unwrap } from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { isFunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { refused, type Offer } from './refactoring';
import { movedText } from './returns';
import { behaviourOf, depthOf, returnTypeOf, spanBlock, type Behaviour } from './spanBlock';
import { spanMakerFor, type SpanMaker } from './spanMaker';
import { spanNameOfStatements } from './spanNaming';

const TITLE = 'Wrap the selection in a span';

/** Puts statements into a span; names that they declare and others use come out of it. */
export function wrapStatements(
  context: LintContext,
  statements: readonly ts.Statement[],
  selection: TextRange,
): Offer | undefined {
  if (statements.every(isDeclaration) || isOneSpan(context, statements)) return undefined;
  const behaviour = behaviourOf(statements);
  const out = namesUsedOutside(context, statements);
  const reason = refusal(context, statements, behaviour, out);
  if (reason !== undefined) return refused(TITLE, reason);
  const maker = spanMakerFor(
    context,
    statements[0],
    behaviour.awaits || returnsPromise(context, statements, behaviour),
  );
  if (!maker) return refused(TITLE, 'A name of @opentelemetry/api means something else in this file.');
  return { title: TITLE, edits: [...maker.edits, edit(context, statements, selection, maker, behaviour, out)] };
}

function isDeclaration(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement)
  );
}

/** The selection is one span already. */
function isOneSpan({ starts }: LintContext, statements: readonly ts.Statement[]): boolean {
  if (statements.length > 1) return false;
  return starts.some((start) => {
    if (givesOpenSpan(start)) return false;
    for (let node: ts.Node = start.call; node; node = node.parent) {
      if (node === statements[0]) return true;
      if (isFunctionNode(node)) return false;
    }
    return false;
  });
}

function refusal(
  { file }: LintContext,
  statements: readonly ts.Statement[],
  behaviour: Behaviour,
  out: readonly Binding[],
): string | undefined {
  const owner = enclosingFunction(statements[0]);
  if (behaviour.yields || (owner && isGenerator(owner)))
    return 'A generator is suspended at every yield, in the context of whoever iterates it. Start a span with startSpan, and end it in a finally block.';
  if (behaviour.jumps)
    return 'The selection leaves a loop or a switch that is not part of it. Select the whole of that.';
  if (behaviour.returns && !endsFunction(statements))
    return 'The selection returns from the function, and what comes after it would run all the same. Select up to the end of the function.';
  const declared = statements.find(isDeclaration);
  if (declared) return 'Imports, types, classes and functions are declared in the selection. Leave them out of it.';
  if (statements.some(isExportedVariable)) return 'The selection exports what it declares. Leave that out of it.';
  if (owner && ts.isConstructorDeclaration(owner)) return 'A constructor must set its fields by its own statements.';
  const late = file.scopes.bindings.find((each) => isAssignedForLater(each, statements));
  if (late)
    return `"${late.name}" gets its value in the selection and is read after it. Declare it there, or give it a value before.`;
  const shared = out.find((each) => isWrittenOnBothSides(each, statements));
  return shared && `"${shared.name}" is assigned both in the selection's functions and after it.`;
}

function isExportedVariable(statement: ts.Statement): boolean {
  return (
    ts.isVariableStatement(statement) &&
    (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)
  );
}

function isWithin(node: ts.Node, statements: readonly ts.Statement[]): boolean {
  return node.pos >= statements[0].pos && node.end <= statements.at(-1)!.end;
}

/** The last statement of a function's own block. */
function endsFunction(statements: readonly ts.Statement[]): boolean {
  const block = statements[0].parent;
  return ts.isBlock(block) && isFunctionNode(block.parent) && block.statements.at(-1) === statements.at(-1);
}

/** What the selected statements declare by themselves and code outside of them uses. */
function namesUsedOutside({ file }: LintContext, statements: readonly ts.Statement[]): Binding[] {
  return file.scopes.bindings.filter(
    ({ declarations, references, kind }) =>
      (kind === 'const' || kind === 'let' || kind === 'var') &&
      isWithin(declarations[0], statements) &&
      references.some(({ node }) => !isWithin(node, statements)),
  );
}

/** The compiler does not see an assignment inside a callback: without a value before, the name counts as unset after it. */
function isAssignedForLater({ declarations, references, kind }: Binding, statements: readonly ts.Statement[]): boolean {
  const declaration = declarations[0].parent;
  if (kind === 'parameter' || !ts.isVariableDeclaration(declaration) || declaration.initializer) return false;
  if (isWithin(declaration, statements)) return false;
  const end = statements.at(-1)!.end;
  return (
    references.some(({ node, writes }) => writes && isWithin(node, statements)) &&
    references.some(({ node, writes }) => !writes && node.pos >= end)
  );
}

/** A function in the selection would go on with a copy of its own. */
function isWrittenOnBothSides({ references, scope }: Binding, statements: readonly ts.Statement[]): boolean {
  const isCaptured = references.some(
    ({ node }) => isWithin(node, statements) && enclosingFunction(node) !== functionOf(scope.node),
  );
  return isCaptured && references.some(({ node, writes }) => writes && !isWithin(node, statements));
}

function functionOf(node: ts.Node): ts.Node | undefined {
  return isFunctionNode(node) ? node : enclosingFunction(node);
}

/** At the end of a function that gives a promise what is returned is waited for. */
function returnsPromise(
  { file }: LintContext,
  statements: readonly ts.Statement[],
  { returnsValue }: Behaviour,
): boolean {
  const owner = enclosingFunction(statements[0]);
  return returnsValue && owner !== undefined && givesPromise(file, owner);
}

function edit(
  context: LintContext,
  statements: readonly ts.Statement[],
  selection: TextRange,
  maker: SpanMaker,
  behaviour: Behaviour,
  out: readonly Binding[],
): TextEdit {
  const { source, text } = context.file;
  const newline = lineBreak(source);
  const step = indentStep(source);
  const range = rangeOf(source, statements, selection);
  const lead = ownLine(context, range);
  const indent = indentAt(text, range.start) + (lead === '' ? '' : step);
  const depth = step.repeat(depthOf(maker));
  const wrapsAsync = behaviour.awaits || returnsPromise(context, statements, behaviour);
  const end = statementEnd(source);
  const owner = enclosingFunction(statements[0]);
  const style = { awaits: wrapsAsync, promises: owner !== undefined && !isAsync(owner) };
  const lines = [indent + depth + movedText(context, statements, range, depth, style)];
  if (out.length > 0) lines.push(`${indent}${depth}return ${result(context, out)}${end}`);
  const call = spanBlock(context, {
    maker,
    name: spanNameOfStatements(context, statements),
    isAsync: wrapsAsync,
    returns: out.length === 0 && behaviour.returnsValue ? returnTypeOf(context, owner) : undefined,
    indent,
    content: lines.join(newline),
    node: wrapperOf(statements),
  });
  const code = `${lead}${head(statements, behaviour, out, wrapsAsync)}${call}${end}`;
  return lead === '' ? { ...range, text: code } : { ...spread(text, range), text: code + lead.slice(0, -step.length) };
}

/** The break that the call needs before it, where other code stands on the line: `{ first(); second(); }`. */
function ownLine({ file: { source, text } }: LintContext, { start }: TextRange): string {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return before.trim() === '' ? '' : lineBreak(source) + indentAt(text, start) + indentStep(source);
}

function spread(text: string, { start, end }: TextRange): TextRange {
  let from = start;
  let to = end;
  while (/[ \t]/.test(text[from - 1] ?? '')) from--;
  while (/[ \t]/.test(text[to] ?? '')) to++;
  return { start: from, end: to };
}

/** With the comments that were selected, and one that stands behind the last statement. */
function rangeOf(source: ts.SourceFile, statements: readonly ts.Statement[], selection: TextRange): TextRange {
  const { text } = source;
  const first = statements[0].getStart(source);
  let start = Math.max(Math.min(selection.start, first), statements[0].getFullStart());
  while (start < first && /\s/.test(text[start])) start++;
  const { end } = statements.at(-1)!;
  const comment = /^[ \t]*\/\/[^\r\n]*/.exec(text.slice(end));
  return { start, end: end + (comment?.[0].length ?? 0) };
}

/** The value that comes out: a name, or an object of several. */
function result({ file }: LintContext, out: readonly Binding[]): string {
  if (!needsObject(out)) return out[0].name;
  const isTyped = isTypeScript(file.source);
  const widens = out.some(({ declarations, kind }) => kind === 'const' && isLiteral(declarations[0].parent));
  return `{ ${out.map(({ name }) => name).join(', ')} }${isTyped && widens ? ' as const' : ''}`;
}

/** A constant's literal type would become `string` on its way out, unless it goes as a property of a constant. */
function needsObject(out: readonly Binding[]): boolean {
  return out.length > 1 || (out[0].kind === 'const' && isLiteral(out[0].declarations[0].parent));
}

function isLiteral(declaration: ts.Node): boolean {
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer || declaration.type) return false;
  const value = unwrap(declaration.initializer);
  return (
    ts.isLiteralExpression(value) ||
    ts.isPrefixUnaryExpression(value) ||
    ts.isConditionalExpression(value) ||
    value.kind === ts.SyntaxKind.TrueKeyword ||
    value.kind === ts.SyntaxKind.FalseKeyword
  );
}

function head(
  statements: readonly ts.Statement[],
  behaviour: Behaviour,
  out: readonly Binding[],
  wrapsAsync: boolean,
): string {
  const later = wrapsAsync ? 'await ' : '';
  if (out.length === 0) return behaviour.returnsValue ? 'return ' : later;
  const names = needsObject(out) ? `{ ${out.map(({ name }) => name).join(', ')} }` : out[0].name;
  return `${keywordFor(out, statements)} ${names} = ${later}`;
}

function keywordFor(out: readonly Binding[], statements: readonly ts.Statement[]): string {
  if (out.some(({ kind }) => kind === 'var')) return 'var';
  const isReassigned = out.some(({ references }) =>
    references.some(({ node, writes }) => writes && !isWithin(node, statements)),
  );
  return isReassigned ? 'let' : 'const';
}

/** The nearest node around all of the statements: names in it must not be taken. */
function wrapperOf(statements: readonly ts.Statement[]): ts.Node {
  return statements.length === 1 ? statements[0] : statements[0].parent;
}
