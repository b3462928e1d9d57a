import type { LintContext, TextEdit } from '../rule';
import { ts } from '../ts';
import { COMPONENT_FILE } from '../componentFiles';
import { hasModifier } from '../syntax/nodes';
import { insertAt, lineBreak, quoted, statementEnd } from './edits';

/** A new import or `require` line beside those of the file, at its top where there is none. `names`: as between the braces. */
export function insertImport(context: LintContext, names: string, module: string): TextEdit {
  const { source } = context.file;
  const end = statementEnd(source);
  const line = isEsModule(context)
    ? `import { ${names} } from ${quoted(source, module)}${end}`
    : `const { ${names} } = require(${quoted(source, module)})${end}`;
  const newline = lineBreak(source);
  const { offset, isTop } = importInsertion(context);
  return insertAt(offset, isTop ? line + newline : newline + line);
}

/** Where a line below the imports goes; `isTop`: there are none, so that it comes before what stands there. */
export function importInsertion(context: LintContext): { readonly offset: number; readonly isTop: boolean } {
  const { source } = context.file;
  const last = importsOf(source).at(-1) ?? (isEsModule(context) ? undefined : lastRequire(source));
  if (!last) return { offset: topOf(source), isTop: true };
  const comment = /^[ \t]*(?:\/\/[^\r\n]*|\/\*(?:[^*\r\n]|\*(?!\/))*\*\/[ \t]*(?=[\r\n]|$))/.exec(
    source.text.slice(last.getEnd()),
  );
  return { offset: last.getEnd() + (comment?.[0].length ?? 0), isTop: false };
}

function importsOf(source: ts.SourceFile): ts.Statement[] {
  return source.statements.filter((each) => ts.isImportDeclaration(each) || ts.isImportEqualsDeclaration(each));
}

function isEsModule({ file: { source, path }, project }: LintContext): boolean {
  if (
    source.statements.some((each) => ts.isImportDeclaration(each) || ts.isExportDeclaration(each) || isExported(each))
  )
    return true;
  if (/\.[cm]?tsx?$|\.mjs$/i.test(path) || COMPONENT_FILE.test(path)) return true;
  return /\.jsx?$/i.test(path) && project.isEsModule && !lastRequire(source);
}

function isExported(statement: ts.Statement): boolean {
  return ts.isExportAssignment(statement) || hasModifier(statement, ts.SyntaxKind.ExportKeyword);
}

function lastRequire(source: ts.SourceFile): ts.Statement | undefined {
  return source.statements
    .filter((each) => ts.isVariableStatement(each) && /=\s*require\(/.test(each.getText(source)))
    .at(-1);
}

/** After the `#!` line, directives and the comment that heads the file. */
function topOf(source: ts.SourceFile): number {
  const directive = source.statements
    .filter((each) => ts.isExpressionStatement(each) && ts.isStringLiteral(each.expression))
    .at(-1);
  if (directive && directive === source.statements[0]) {
    const after = source.text.indexOf('\n', directive.getEnd());
    return after < 0 ? directive.getEnd() : after + 1;
  }
  return source.statements[0]?.getStart(source) ?? 0;
}
