import type { FileModel } from '../model';
import { literalText } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import { ts } from '../ts';
import { importOf } from './imports';

/** A statement that loads a module when its file is loaded. */
export interface Load {
  readonly module: string;
  readonly node: ts.Statement;
  readonly at: ts.Node;
  readonly isImport: boolean;
  /** Something is taken from it at run time. */
  readonly isUsed: boolean;
}

/** Modules that the file loads at its top level, in order. */
export function loads(file: FileModel): Load[] {
  return file.source.statements.flatMap((statement): Load[] => {
    if (ts.isImportDeclaration(statement)) {
      const module = literalText(statement.moduleSpecifier);
      if (module === undefined || statement.importClause?.isTypeOnly) return [];
      return [
        {
          module,
          node: statement,
          at: statement.moduleSpecifier,
          isImport: true,
          isUsed: isValueImport(file, statement),
        },
      ];
    }
    let found: Load | undefined;
    if (ts.isVariableStatement(statement) || ts.isExpressionStatement(statement))
      walk(statement, (node) => {
        if (ts.isFunctionLike(node)) return false;
        if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== 'require')
          return true;
        const module = literalText(node.arguments[0]);
        if (module !== undefined)
          found ??= { module, node: statement, at: node.arguments[0], isImport: false, isUsed: true };
        return true;
      });
    return found ? [found] : [];
  });
}

/** TypeScript drops an import whose names are used as types alone. */
function isValueImport(file: FileModel, statement: ts.ImportDeclaration): boolean {
  if (!statement.importClause) return true;
  if (!/\.[cm]?tsx?$/.test(file.path)) return true;
  return file.scopes.bindings.some((binding) => {
    const declaration = binding.declarations[0];
    return (
      importOf(declaration) &&
      ts.findAncestor(declaration, ts.isImportDeclaration) === statement &&
      binding.references.length > 0
    );
  });
}

/** Node's own modules are patched in place as soon as anybody loads them again, which somebody mostly does. */
export function isBuiltin(load: Load): boolean {
  return /^(node:)?https?$/.test(load.module);
}
