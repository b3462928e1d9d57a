import type { FileModel } from '../../lint/model';
import { calleeName, enclosingClass, propertyName } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import type { SpanSite } from '../../protocol/spanSites';
import { positionOf } from './positions';

const SCOPE = '@opentelemetry/instrumentation-nestjs-core';
const ROUTE = /^(Get|Head|Post|Put|Patch|Delete|Options|All|Query|Mutation|MessagePattern|EventPattern)$/;

/** NestJS makes two spans for a controller's method: `Cats.find` around what guards it, and `find`. */
export function nestSpans(file: FileModel): SpanSite[] {
  return file.nodes.calls.flatMap((call) => {
    const member = call.parent.parent;
    if (!ts.isDecorator(call.parent) || !ROUTE.test(calleeName(call) ?? '') || !ts.isMethodDeclaration(member))
      return [];
    const method = propertyName(member.name);
    const owner = enclosingClass(member)?.name?.text;
    if (method === undefined || owner === undefined) return [];
    const site = { kind: 'decorator' as const, tracer: SCOPE, ...positionOf(member.name), functionName: method };
    return [
      { ...site, name: [`${owner}.${method}`] },
      { ...site, name: [method] },
    ];
  });
}
