import type { FileModel } from '../../lint/model';
import { argument, calleeName, lastName, objectProperty, receiver, unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import type { SpanSite } from '../../protocol/spanSites';
import { piecesOf } from './namePieces';
import { callPosition, functionNameAround } from './positions';

const SQL_VERB = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|BEGIN|COMMIT|ROLLBACK|CREATE|ALTER|DROP|TRUNCATE)\b/i;
const SQL_METHODS =
  /^(?:query|execute|exec|raw|run|all|get|each|prepare|one|many|none|any|result|oneOrNone|manyOrNone|unsafe|\$queryRawUnsafe|\$executeRawUnsafe)$/;
/** Fewer letters may be part of any statement. */
const LEAST_STATEMENT = 6;
const REDIS_METHODS =
  /^(get|set|setex|mget|mset|del|exists|expire|ttl|incr|incrby|decr|hget|hset|hgetall|hdel|lpush|rpush|lpop|rpop|lrange|sadd|srem|smembers|zadd|zrange|zrem|publish)$/i;
const REDIS_PACKAGE = /^(redis|ioredis|@redis\/client)$/;
const DOCUMENT_METHODS =
  /^(find|findOne|findOneAndUpdate|findOneAndDelete|findById|aggregate|countDocuments|distinct|insertOne|insertMany|updateOne|updateMany|deleteOne|deleteMany|replaceOne|create|save)$/;
/** A command of MongoDB's own wire protocol, which is what its driver names spans by. */
const COMMANDS: readonly (readonly [method: RegExp, command: string])[] = [
  [/^find(One|ById)?$/, 'find'],
  [/^findOneAnd/, 'findAndModify'],
  [/^insert/, 'insert'],
  [/^(update|replace)/, 'update'],
  [/^delete/, 'delete'],
  [/^(aggregate|countDocuments)$/, 'aggregate'],
  [/^distinct$/, 'distinct'],
];

/** Calls of databases, under the names that their instrumentations give. */
export function databaseCalls(file: FileModel): SpanSite[] {
  const usesRedis = file.modules.some(({ module }) => REDIS_PACKAGE.test(module));
  return file.nodes.calls.flatMap((call) => {
    const statement = statementOf(file, call);
    const names = statement ? sqlNames(statement) : [...redisNames(call, usesRedis), ...documentNames(call)];
    const asks = statement && statement.join('').length >= LEAST_STATEMENT ? { asks: anyValue(statement) } : {};
    const where = { ...callPosition(call), ...functionNameAround(call) };
    return names.map((name) => ({ kind: 'client' as const, name, ...where, ...asks }));
  });
}

/** The text of a query on one line: of `query('…')`, `query({ text: '…' })`, a constant or a tagged template. */
function statementOf(file: FileModel, call: ts.CallExpression): string[] | undefined {
  const first = receiver(call) && SQL_METHODS.test(calleeName(call) ?? '') ? argument(call, 0) : undefined;
  if (!first) return undefined;
  const bare = unwrap(first);
  const options = ts.isObjectLiteralExpression(bare)
    ? (objectProperty(bare, 'text') ?? objectProperty(bare, 'sql'))
    : bare;
  const text = options && unwrap(options);
  if (!text) return undefined;
  const pieces = piecesOf(file, ts.isTaggedTemplateExpression(text) ? text.template : text);
  if (!SQL_VERB.test(pieces[0])) return undefined;
  const lines = pieces.map((piece) => piece.replace(/\s+/g, ' '));
  return [lines[0].trimStart(), ...lines.slice(1)].map((piece, i, all) =>
    i + 1 < all.length ? piece : piece.replace(/ ?;? ?$/, ''),
  );
}

/** Drivers that put values in place of question marks say so on the span. */
function anyValue(statement: readonly string[]): string[] {
  const pieces = statement.flatMap((piece) => piece.split('?'));
  return pieces.filter((piece, index) => piece !== '' || index === 0 || index === pieces.length - 1);
}

function sqlNames([start]: readonly string[]): string[][] {
  const verb = SQL_VERB.exec(start)![1].toUpperCase();
  return [[`pg.query:${verb}`, ''], [verb], [`${verb} `, '']];
}

function redisNames(call: ts.CallExpression, usesRedis: boolean): string[][] {
  const method = calleeName(call);
  const on = receiver(call);
  if (method === undefined || !on || !REDIS_METHODS.test(method)) return [];
  const isRedis = /redis/i.test(lastName(unwrap(on)) ?? '') || (usesRedis && !ts.isCallExpression(unwrap(on)));
  return isRedis ? [[`redis-${method.toUpperCase()}`], [method.toLowerCase()]] : [];
}

function documentNames(call: ts.CallExpression): string[][] {
  const method = calleeName(call);
  const on = receiver(call);
  if (method === undefined || !on || !DOCUMENT_METHODS.test(method)) return [];
  const bare = unwrap(on);
  if (ts.isCallExpression(bare) && calleeName(bare) === 'collection') {
    const command = COMMANDS.find(([methods]) => methods.test(method))?.[1];
    return command === undefined ? [] : [[`mongodb.${command}`]];
  }
  return ts.isIdentifier(bare) && /^[A-Z][a-z]/.test(bare.text) ? [[`mongoose.${bare.text}.${method}`]] : [];
}
