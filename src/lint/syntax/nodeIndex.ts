import { ts } from '../ts';

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
    switch (node.kind) {
      case ts.SyntaxKind.CallExpression:
        this.callsSeen.push(node as ts.CallExpression);
        return;
      case ts.SyntaxKind.NewExpression:
        this.newsSeen.push(node as ts.NewExpression);
        return;
      case ts.SyntaxKind.TryStatement:
        this.triesSeen.push(node as ts.TryStatement);
        return;
      case ts.SyntaxKind.ImportDeclaration:
      case ts.SyntaxKind.ImportEqualsDeclaration:
      case ts.SyntaxKind.VariableDeclaration:
      case ts.SyntaxKind.Parameter:
      case ts.SyntaxKind.FunctionDeclaration:
      case ts.SyntaxKind.FunctionExpression:
      case ts.SyntaxKind.MethodDeclaration:
      case ts.SyntaxKind.GetAccessor:
      case ts.SyntaxKind.SetAccessor:
      case ts.SyntaxKind.ClassDeclaration:
      case ts.SyntaxKind.ClassExpression:
      case ts.SyntaxKind.InterfaceDeclaration:
      case ts.SyntaxKind.TypeAliasDeclaration:
      case ts.SyntaxKind.EnumDeclaration:
      case ts.SyntaxKind.ModuleDeclaration:
      case ts.SyntaxKind.PropertyDeclaration:
      case ts.SyntaxKind.PropertySignature:
      case ts.SyntaxKind.MethodSignature:
      case ts.SyntaxKind.PropertyAssignment:
        this.declarationsSeen.push(node as ts.NamedDeclaration);
        return;
      default:
    }
  }
}
