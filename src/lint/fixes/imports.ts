import type { LintContext, TextEdit } from '../rule';
import { ts } from '../ts';
import { insertAt, lineBreak, quoted } from './edits';

/** A new import or `require` line beside those of the file, at its top where there is none. */
export function insertImport(context: LintContext, name: string, module: string): TextEdit {
  const { source } = context.file;
  const imports = source.statements.filter(ts.isImportDeclaration);
  const isEsModule =
    imports.length > 0 ||
    source.statements.some(ts.isExportDeclaration) ||
    /\.[cm]?tsx?$|\.mjs$/.test(context.file.path);
  const line = isEsModule
    ? `import { ${name} } from ${quoted(source, module)};`
    : `const { ${name} } = require(${quoted(source, module)});`;
  const last = imports.at(-1) ?? (isEsModule ? undefined : lastRequire(source));
  const newline = lineBreak(source);
  if (last) return insertAt(last.getEnd(), newline + line);
  return insertAt(topOf(source), line + newline);
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
