import type { FileModel } from '../model';
import { argument, calleeName, lastName, receiver, unwrap } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import { ts } from '../ts';
import type { AttributeWrite } from './attributeWrites';

/**
 * `for (const [name, value] of request.headers) span.setAttribute(name, value)`, or `setAttribute('headers', request.headers)`: all that a
 * caller sends, and nobody is asked which.
 */
export function writesAllHeaders(file: FileModel, { shape, keyNode, value }: AttributeWrite): boolean {
  if (shape !== 'spread' && shape !== 'whole' && isWhole(value)) return true;
  if (shape !== 'call' || !keyNode) return false;
  const loop = loopOver(file, keyNode);
  return loop !== undefined && loop === loopOver(file, value) && isOfHeaders(loop) && !isSelective(loop);
}

const MAX_DEPTH = 3;

/** `req.headers`, `JSON.stringify(event.headers)`, `JSON.stringify(Object.fromEntries(request.headers))`; those of a message hold no passwords. */
function isWhole(value: ts.Expression, depth = 0): boolean {
  const bare = unwrap(value);
  if (ts.isPropertyAccessExpression(bare))
    return bare.name.text === 'headers' && /^(req|request|event|ctx|context|c)$/i.test(lastName(bare.expression) ?? '');
  if (!ts.isCallExpression(bare) || !/^(stringify|fromEntries|entries|String|inspect)$/.test(calleeName(bare) ?? ''))
    return false;
  const first = argument(bare, 0) ?? receiver(bare);
  return first !== undefined && depth < MAX_DEPTH && isWhole(first, depth + 1);
}

type Loop = ts.ForOfStatement | ts.CallExpression;

/** The loop whose own variable is used in the expression. */
function loopOver(file: FileModel, expression: ts.Node): Loop | undefined {
  let found: Loop | undefined;
  walk(expression, (node) => {
    const declaration = ts.isIdentifier(node) ? file.scopes.bindingOf(node)?.declarations[0] : undefined;
    found ??= declaration && loopOf(declaration);
  });
  return found;
}

function loopOf(declaration: ts.Identifier): Loop | undefined {
  const holder = ts.findAncestor(declaration, (node) => ts.isVariableDeclaration(node) || ts.isParameter(node));
  if (!holder) return undefined;
  // Between the two lies the list of declarations, or the callback.
  const around = holder.parent.parent;
  if (ts.isForOfStatement(around)) return around;
  return ts.isCallExpression(around) && calleeName(around) === 'forEach' ? around : undefined;
}

/** `request.headers`, `headers.entries()`, `Object.entries(req.headers)`; not the names that somebody chose. */
function isOfHeaders(loop: Loop): boolean {
  const list = ts.isForOfStatement(loop) ? loop.expression : receiver(loop);
  const entries = list && unwrap(list);
  const isMade = entries && ts.isCallExpression(entries) && calleeName(entries) === 'entries';
  const headers = isMade ? (argument(entries, 0) ?? receiver(entries)) : entries;
  return headers !== undefined && /^(raw|request|response|req|res)?_?headers$/i.test(lastName(headers) ?? '');
}

/** The loop leaves some out, or looks at each of them first. */
function isSelective(loop: Loop): boolean {
  let found = false;
  const body = ts.isForOfStatement(loop) ? loop.statement : loop.arguments[0];
  walk(body, (node) => {
    if (ts.isIfStatement(node) || ts.isConditionalExpression(node) || ts.isSwitchStatement(node)) found = true;
  });
  return found || /redact|mask|sanit|filter|allow|hash/i.test(body.getText());
}
