import type { FileModel } from '../../../lint/model';
import { argument, calleeName, literalText, objectProperty, unwrap, unwrapAwait } from '../../../lint/syntax/nodes';
import { ts } from '../../../lint/ts';
import { joinedRoute } from '../../../protocol/fileRoutes';

/** A route of React Router's that a request may come to. */
export interface PageRoute {
  /** `/orders/:id`. */
  readonly name: string;
  /** From the folder of the application, as it is written: `./routes/order.tsx`. */
  readonly file: string;
  /** It answers its parent's path, which then does not. */
  readonly isIndex: boolean;
}

/** What `routes.ts` says. */
export interface RouteConfig {
  readonly pages: readonly PageRoute[];
  /** Folders whose files' names are routes too. */
  readonly flatFolders: readonly string[];
}

const FLAT = 'flatRoutes';
const MOST_LEVELS = 30;

/** The routes that the program's `routes.ts` lists, as far as they are written down there. */
export function routeConfigOf(file: FileModel): RouteConfig | undefined {
  const found = file.exports.byName.get('default');
  if (found?.from !== 'here' || !ts.isExpression(found.node)) return undefined;
  const pages: PageRoute[] = [];
  const flatFolders: string[] = [];
  readList(valueOf(file, found.node), '', 0);
  return { pages, flatFolders };

  function readList(list: ts.Expression | undefined, above: string, level: number): void {
    if (!list || level > MOST_LEVELS) return;
    const bare = valueOf(file, list);
    if (ts.isArrayLiteralExpression(bare)) {
      for (const element of bare.elements)
        readList(ts.isSpreadElement(element) ? element.expression : element, above, level + 1);
    } else if (ts.isConditionalExpression(bare)) {
      readList(bare.whenTrue, above, level + 1);
      readList(bare.whenFalse, above, level + 1);
    } else if (ts.isCallExpression(bare)) readCall(bare, above, level);
    else if (ts.isObjectLiteralExpression(bare)) readObject(bare, above, level);
  }

  function readCall(call: ts.CallExpression, above: string, level: number): void {
    const [first, second] = [0, 1].map((index) => literalText(argument(call, index)));
    const children = [...call.arguments].reverse().find((each) => ts.isArrayLiteralExpression(valueOf(file, each)));
    switch (calleeName(call)) {
      case 'index':
        add(above, first, true);
        return;
      case 'route':
        if (first !== undefined) add(joinedRoute(above, first), second, false);
        readList(children, joinedRoute(above, first), level + 1);
        return;
      case 'layout':
        readList(children, above, level + 1);
        return;
      case 'prefix':
        readList(argument(call, 1), joinedRoute(above, first), level + 1);
        return;
      case FLAT:
        flatFolders.push(rootDirectory(argument(call, 0)) ?? 'routes');
        return;
      default:
        // A helper of the program's own that is handed routes.
        readList(children, above, level + 1);
    }
  }

  /** As the helpers make it: `{ path: 'orders/:id', file: 'order.tsx', children: [] }`. */
  function readObject(object: ts.ObjectLiteralExpression, above: string, level: number): void {
    const path = literalText(objectProperty(object, 'path'));
    const isIndex = objectProperty(object, 'index')?.kind === ts.SyntaxKind.TrueKeyword;
    if (path !== undefined || isIndex)
      add(joinedRoute(above, path), literalText(objectProperty(object, 'file')), isIndex);
    readList(objectProperty(object, 'children'), joinedRoute(above, path), level + 1);
  }

  function add(name: string, path: string | undefined, isIndex: boolean): void {
    if (path !== undefined) pages.push({ name: joinedRoute(name), file: path, isIndex });
  }
}

/** What an expression is in the end: `await routes`, of which the file says `const routes = […] satisfies RouteConfig`. */
function valueOf(file: FileModel, expression: ts.Expression): ts.Expression {
  const bare = unwrap(unwrapAwait(unwrap(expression)));
  if (!ts.isIdentifier(bare)) return bare;
  const declaration = file.scopes.bindingOf(bare)?.declarations[0].parent;
  const isConstant = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer;
  return isConstant ? unwrap(unwrapAwait(unwrap(isConstant))) : bare;
}

function rootDirectory(options: ts.Expression | undefined): string | undefined {
  const bare = options && unwrap(options);
  return bare && ts.isObjectLiteralExpression(bare) ? literalText(objectProperty(bare, 'rootDirectory')) : undefined;
}
