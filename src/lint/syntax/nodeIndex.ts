import { ts } from '../ts';
import { kindTable } from './kindSet';

/** The nodes of a file that rules ask for, each kind in source order. */
export class NodeIndex {
  private readonly callsSeen: ts.CallExpression[] = [];
  private readonly newsSeen: ts.NewExpression[] = [];
  private readonly triesSeen: ts.TryStatement[] = [];
  private readonly declarationsSeen: (ts.NamedDeclaration | ts.ImportDeclaration)[] = [];

  get calls(): readonly ts.CallExpression[] {
    return this.callsSeen;
  }

  get news(): readonly ts.NewExpression[] {
    return this.newsSeen;
  }

  get tries(): readonly ts.TryStatement[] {
    return this.triesSeen;
  }

  /** What gives names to values and types, and imports. */
  get declarations(): readonly (ts.NamedDeclaration | ts.ImportDeclaration)[] {
    return this.declarationsSeen;
  }

  note(node: ts.Node): void {
    const role = ROLES[node.kind];
    if (role === 0) return;
    if (role === CALL) this.callsSeen.push(node as ts.CallExpression);
    else if (role === NEW) this.newsSeen.push(node as ts.NewExpression);
    else if (role === TRY) this.triesSeen.push(node as ts.TryStatement);
    else this.declarationsSeen.push(node as ts.NamedDeclaration);
  }
}

const CALL = 1;
const NEW = 2;
const TRY = 3;
const DECLARATION = 4;

const DECLARATIONS = [
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ImportEqualsDeclaration,
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.SetAccessor,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.ClassExpression,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.EnumDeclaration,
  ts.SyntaxKind.ModuleDeclaration,
  ts.SyntaxKind.PropertyDeclaration,
  ts.SyntaxKind.PropertySignature,
  ts.SyntaxKind.MethodSignature,
  ts.SyntaxKind.PropertyAssignment,
];

const ROLES = kindTable([
  [ts.SyntaxKind.CallExpression, CALL],
  [ts.SyntaxKind.NewExpression, NEW],
  [ts.SyntaxKind.TryStatement, TRY],
  ...DECLARATIONS.map((kind) => [kind, DECLARATION] as const),
]);
