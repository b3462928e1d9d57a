import type { Operation } from '../../model/operation';
import type { SpanKind } from '../../model/span';
import type { SpanSiteKind } from '../../protocol/spanSites';
import type { IndexedSite } from './siteIndex';

/** Scopes of instrumentations: their spans are not made by the user's own `startSpan`. */
const INSTRUMENTATION =
  /^(@opentelemetry\/instrumentation-|opentelemetry\.instrumentation\.|io\.opentelemetry\.|go\.opentelemetry\.io\/contrib\/|OpenTelemetry\.Instrumentation\.)/;

const KINDS: Readonly<Record<SpanSiteKind, readonly SpanKind[] | undefined>> = {
  span: undefined,
  decorator: undefined,
  route: ['server', 'internal', 'unspecified'],
  client: ['client'],
  middleware: ['internal', 'unspecified'],
  server: ['server'],
};

const SERVICE = 2;
const TRACER = 4;

/** Whether the site can make spans of this operation, as far as kind and tracer say. */
export function servesOperation({ kind, tracer }: IndexedSite, operation: Operation): boolean {
  const kinds = KINDS[kind];
  if (kinds && !kinds.includes(operation.kind)) return false;
  if (kind !== 'span' && kind !== 'decorator') return true;
  if (tracer !== undefined) return tracer === operation.scope;
  // What makes spans of decorated functions is an instrumentation itself.
  return kind === 'decorator' || !INSTRUMENTATION.test(operation.scope);
}

/** What speaks for the site; 0 when nothing but the name does. */
export function placeScore({ tracer, file }: IndexedSite, operation: Operation): number {
  const isTracer = tracer !== undefined && tracer === operation.scope;
  const isService = (file.services ?? []).some((name) => isSameService(name, operation.service));
  return (isTracer ? TRACER : 0) + (isService ? SERVICE : 0);
}

/** `@shop/orders` is the package of the service `orders`, and of `orders-service`. */
export function isSameService(projectName: string, service: string): boolean {
  const [project, called] = [plain(projectName), plain(service)];
  return project !== '' && project === called;
}

function plain(name: string): string {
  return name
    .replace(/^@[^/]+\//, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
    .replace(/(?<=..)(?:service|svc)$/, '');
}
