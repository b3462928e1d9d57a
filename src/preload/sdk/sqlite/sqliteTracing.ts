import { context, SpanKind, trace, type Span } from '@opentelemetry/api';
import { replaceMethod, type AnyFunction } from '../../capture/sdkTypes';
import { failed, OwnInstrumentation } from '../ownInstrumentation';
import { queryOf } from './query';

type Methods = Record<string, AnyFunction>;
interface Rows {
  next?: AnyFunction;
  return?: AnyFunction;
}

/**
 * Spans in a second. What these drivers do takes microseconds, so a loop may do it a million times before anything can be sent: from there on
 * the program's own speed counts for more.
 */
const MOST_PER_SECOND = 5000;
/** Tests put clocks of their own in its place. */
const now = performance.now.bind(performance);

/** Says what the statement is that a method runs; undefined where it is none to tell of. */
export type TextOf = (receiver: unknown, args: readonly unknown[]) => unknown;

/** What drivers of SQLite have in common: all that they do, they do at once. */
export abstract class SqliteTracing extends OwnInstrumentation {
  private readonly watched = new WeakSet<object>();
  private second = 0;
  private spans = 0;

  /** Nothing where the class has no such methods, or is watched already. */
  protected watch(prototype: unknown, methods: readonly string[], textOf: TextOf): void {
    if (typeof prototype !== 'object' || prototype === null || this.watched.has(prototype)) return;
    this.watched.add(prototype);
    for (const method of methods) this.wrap(prototype as Methods, method, textOf);
  }

  /** One span for all that `run` does, which is around the spans of its queries. */
  protected around(name: string, run: () => unknown): unknown {
    const span = this.tracer?.startSpan(name, {
      kind: SpanKind.INTERNAL,
      attributes: { 'db.system.name': 'sqlite' },
    });
    if (!span) return run();
    return ended(span, () => context.with(trace.setSpan(context.active(), span), run));
  }

  private wrap(prototype: Methods, method: string, textOf: TextOf): void {
    const { value, writable } = Object.getOwnPropertyDescriptor(prototype, method) ?? {};
    if (typeof value !== 'function' || !writable) return;
    const original = value as AnyFunction;
    const finish = method === 'iterate' ? endedByRows : ended;
    const start = (receiver: unknown, args: readonly unknown[]) => this.start(textOf, receiver, args);
    const traced = function (this: unknown, ...args: unknown[]): unknown {
      const span = start(this, args);
      if (!span) return original.apply(this, args);
      return finish(span, () => original.apply(this, args));
    };
    Object.defineProperty(traced, 'name', { value: original.name, configurable: true });
    replaceMethod(prototype, method, traced);
  }

  private start(textOf: TextOf, receiver: unknown, args: readonly unknown[]): Span | undefined {
    const { tracer } = this;
    if (!tracer || this.isBusy()) return undefined;
    const text = textOf(receiver, args);
    if (typeof text !== 'string') return undefined;
    const { name, attributes } = queryOf(text);
    return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
  }

  private isBusy(): boolean {
    const second = Math.floor(now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.spans = 0;
    }
    return ++this.spans > MOST_PER_SECOND;
  }
}

function ended(span: Span, run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    failed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Rows are read while somebody asks for them: the last one ends the span, and whoever wants no more of them. */
function endedByRows(span: Span, run: () => unknown): unknown {
  let rows: Rows;
  try {
    rows = run() as Rows;
  } catch (error) {
    failed(span, error);
    span.end();
    throw error;
  }
  const { next, return: leave } = rows;
  if (typeof next !== 'function') {
    span.end();
    return rows;
  }
  rows.next = function (this: unknown, ...args: unknown[]): unknown {
    try {
      const row = next.apply(this, args) as { readonly done?: boolean };
      if (row.done) span.end();
      return row;
    } catch (error) {
      failed(span, error);
      span.end();
      throw error;
    }
  };
  if (typeof leave === 'function')
    rows.return = function (this: unknown, ...args: unknown[]): unknown {
      return ended(span, () => leave.apply(this, args));
    };
  return rows;
}
