import type { FileModel } from '../../lint/model';
import type { Imported } from '../../lint/otel/imports';
import {
  calleeName,
  hasModifier,
  lastName,
  literalText,
  namePath,
  propertyName,
  receiver,
  returnedExpressions,
  unwrap,
} from '../../lint/syntax/nodes';
import { type FunctionNode, isFunctionNode } from '../../lint/syntax/walk';
import { ts } from '../../lint/ts';
import type { SpanSite } from '../../protocol/spanSites';
import { functionOf, importedBy, initializerOf } from './origins';
import { callPosition } from './positions';
import { isOnRouter, knowsFramework, ROUTE_METHODS } from './registrations';

const ANONYMOUS = '<anonymous>';
const PARSERS = { json: 'jsonParser', urlencoded: 'urlencodedParser', raw: 'rawParser', text: 'textParser' };
/** How packages call the functions that they make; a member's, or that of the package itself under an empty name. */
const MADE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  express: { ...PARSERS, static: 'serveStatic', '': 'mounted_app' },
  'body-parser': { ...PARSERS, '': 'bodyParser' },
  'serve-static': { '': 'serveStatic' },
  cors: { '': 'corsMiddleware' },
  compression: { '': 'compression' },
  'cookie-parser': { '': 'cookieParser' },
  'cookie-session': { '': '_cookieSession' },
  'express-session': { '': 'session' },
  'method-override': { '': 'methodOverride' },
  morgan: { '': 'logger' },
  helmet: { '': 'helmetMiddleware' },
  errorhandler: { '': 'errorHandler' },
  'serve-favicon': { '': 'favicon' },
  csurf: { '': 'csrf' },
  multer: { '': 'multerMiddleware' },
  passport: { initialize: 'initialize', session: 'authenticate', authenticate: 'authenticate' },
};

const PACKAGES_OWN: ReadonlySet<string> = new Set(Object.values(MADE).flatMap((made) => Object.values(made)));

/**
 * Functions that run before a handler, where they are set up: `app.use(audit)`, and those in front of a route's handler. Frameworks
 * name their spans by the functions' names.
 */
export function middlewareSites(file: FileModel): SpanSite[] {
  const inFramework = knowsFramework(file);
  return file.nodes.calls.flatMap((call) => {
    if (!isOnRouter(call, inFramework)) return [];
    const names = new Set(setUpBy(call).flatMap((each) => layerName(file, each) ?? []));
    return [...names].map((name) => ({
      kind: 'middleware' as const,
      name: [`middleware - ${name}`],
      ...callPosition(call),
      // A package's function may be set up by other packages as well: it speaks for no place.
      ...(name !== ANONYMOUS && !PACKAGES_OWN.has(name) && { functionName: name }),
    }));
  });
}

/** Without the path in front; of a route without its handler. */
function setUpBy(call: ts.CallExpression): ts.Expression[] {
  const method = calleeName(call);
  const all = call.arguments.flatMap((argument) => {
    const bare = unwrap(argument);
    return ts.isArrayLiteralExpression(bare) ? [...bare.elements] : [bare];
  });
  const functions = all.filter((each) => literalText(each) === undefined && !ts.isTemplateExpression(each));
  if (method === 'use') return functions;
  const isRoute = method !== undefined && ROUTE_METHODS.has(method) && literalText(all[0]) !== undefined;
  return isRoute ? functions.slice(0, -1) : [];
}

/** Undefined for routers, and for what cannot be known. */
function layerName(file: FileModel, layer: ts.Expression): string | undefined {
  const bare = unwrap(layer);
  if (isFunctionNode(bare)) return (bare.name && propertyName(bare.name)) ?? ANONYMOUS;
  if (ts.isCallExpression(bare)) return madeName(file, bare);
  if (!ts.isIdentifier(bare)) return ts.isPropertyAccessExpression(bare) ? bare.name.text : undefined;
  const from = importedBy(file, bare);
  if (from) return exportedName(file, from);
  const value = initializerOf(file, bare);
  if (value && ts.isCallExpression(value)) return madeName(file, value);
  return functionOf(file, bare) ? bare.text : undefined;
}

/** What a function of another file is called that is taken as it is: its own name, not the importer's. */
function exportedName(file: FileModel, { module, name }: Imported): string | undefined {
  const other = file.module(module);
  if (!other) return undefined;
  if (name !== '*' && name !== 'default') return name;
  const exported = wholeExport(other);
  if (!exported) return undefined;
  if (isFunctionNode(exported)) return (exported.name && propertyName(exported.name)) ?? ANONYMOUS;
  return functionOf(other, exported) ? lastName(exported) : undefined;
}

/** `module.exports = …`, `export default …` */
function wholeExport({ source }: FileModel): ts.Expression | FunctionNode | undefined {
  for (const statement of source.statements) {
    if (ts.isExportAssignment(statement)) return unwrap(statement.expression);
    if (ts.isFunctionDeclaration(statement) && hasModifier(statement, ts.SyntaxKind.DefaultKeyword)) return statement;
    if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) continue;
    const { left, right } = statement.expression;
    if (namePath(left)?.join('.') === 'module.exports') return unwrap(right);
  }
  return undefined;
}

/** What a function is called that another makes: of a package by what is known of it, of the workspace by what it returns. */
function madeName(file: FileModel, call: ts.CallExpression): string | undefined {
  const from = importedBy(file, call.expression) ?? memberOfMade(file, call);
  if (from) {
    const known = MADE[from.module];
    const isWhole = from.name === '*' || from.name === 'default';
    if (known) return known[isWhole ? '' : from.name];
    const other = file.module(from.module);
    const exported = other && (isWhole ? wholeExport(other) : undefined);
    const maker = exported && isFunctionNode(exported) ? exported : other && exported && functionOf(other, exported);
    return other && maker ? returnedName(other, maker) : undefined;
  }
  const maker = functionOf(file, call.expression);
  return maker && returnedName(file, maker);
}

function returnedName(file: FileModel, maker: FunctionNode): string | undefined {
  const [made] = returnedExpressions(maker);
  const bare = made && unwrap(made);
  if (!bare) return undefined;
  if (isFunctionNode(bare)) return (bare.name && propertyName(bare.name)) ?? ANONYMOUS;
  return ts.isIdentifier(bare) && functionOf(file, bare) ? bare.text : undefined;
}

/** `upload.single('file')` where `upload = multer()`. */
function memberOfMade(file: FileModel, call: ts.CallExpression) {
  const on = receiver(call);
  const value = on && initializerOf(file, unwrap(on));
  const from = value && ts.isCallExpression(value) ? importedBy(file, value.expression) : undefined;
  return from?.module === 'multer' ? from : undefined;
}
