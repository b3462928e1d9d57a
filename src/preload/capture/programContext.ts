/** The program's own OpenTelemetry context, reached through its API's global slot. */

export interface Context {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): Context;
}

interface ContextManager {
  active(): Context;
  with<T>(context: Context, run: () => T): T;
}

const API_SLOT = Symbol.for('opentelemetry.js.api.1');
const SUPPRESS_TRACING = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const RPC_METADATA = Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA');
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN');

/** Runs `run` so that the program's instrumentation makes no span of it. */
export function untraced<T>(run: () => T): T {
  const manager = contextManager();
  const context = manager?.active();
  if (!manager || typeof context?.setValue !== 'function') return run();
  return manager.with(context.setValue(SUPPRESS_TRACING, true), run);
}

export function activeContext(): Context | undefined {
  return contextManager()?.active();
}

export function isSuppressed(context: Context | undefined): boolean {
  return context?.getValue(SUPPRESS_TRACING) === true;
}

/** The span that `context` holds. */
export function spanIn(context: Context | undefined): unknown {
  return context?.getValue(SPAN);
}

/** The server span of the request that is being answered: spans of middleware may lie around us. */
export function requestSpanIn(context: Context | undefined): unknown {
  return (context?.getValue(RPC_METADATA) as { span?: unknown } | undefined)?.span;
}

function contextManager(): ContextManager | undefined {
  const api = (globalThis as Record<symbol, { context?: ContextManager } | undefined>)[API_SLOT];
  return typeof api?.context?.active === 'function' ? api.context : undefined;
}
