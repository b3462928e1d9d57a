import type { FileModel } from '../../lint/model';
import { argument, calleeName, lastName, literalText, receiver, unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import type { SpanSite } from '../../protocol/spanSites';
import { callPosition, functionNameAround } from './positions';

const SQL_VERB = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|BEGIN|COMMIT|ROLLBACK|CREATE|ALTER|DROP|TRUNCATE)\b/i;
const SQL_METHODS = new Set(['query', 'execute', 'raw']);
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
    const names = [...sqlNames(call), ...redisNames(call, usesRedis), ...documentNames(call)];
    return names.map((name) => ({ kind: 'client' as const, name, ...callPosition(call), ...functionNameAround(call) }));
  });
}

function sqlNames(call: ts.CallExpression): string[][] {
  if (!receiver(call) || !SQL_METHODS.has(calleeName(call) ?? '')) return [];
  const first = argument(call, 0);
  const bare = first && unwrap(first);
  const text = bare && ts.isTemplateExpression(bare) ? bare.head.text : literalText(bare);
  const verb = SQL_VERB.exec(text ?? '')?.[1].toUpperCase();
  return verb === undefined ? [] : [[`pg.query:${verb}`, ''], [verb], [`${verb} `, '']];
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
