import type { RuleDocs } from '../docs';

export const errorNotRecordedDocs: RuleDocs = {
  id: 'error-not-recorded',
  why: `A span does not notice that its work failed: without \`setStatus\` it stays "unset", which every tool shows as a success. Error rates,
alerts, and sampling that keeps failed traces all go by that status.`,
  remedy: `In the \`catch\`, call \`span.recordException(error)\` and \`span.setStatus({ code: SpanStatusCode.ERROR })\`. Where a fallback is as good as the
real thing, an event or an attribute that says so is enough.`,
  leavesAlone: `A \`catch\` that hands the error or the span to a function, or keeps the error in a variable; retries in a loop; errors that an outer
\`catch\` of the same span sees. An error that is thrown on is a **warning**, one that is swallowed without a word after waiting for
something an **information**, other fallbacks a **hint**.`,
  examples: [
    {
      name: 'Recorded through something that wraps the span',
      hidden: true,
      code: `
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { richSpan } from './rich';
const tracer = trace.getTracer('shop');

export const pay = (id: number) =>
  tracer.startActiveSpan('pay', async (span) => {
    const rich = richSpan(span);
    try {
      await charge(id);
    } catch (error) {
      rich.setStatus({ code: SpanStatusCode.ERROR });
      rich.recordException(error as Error);
      throw error;
    } finally {
      span.end();
    }
  });
`,
    },
    {
      name: 'An error that is thrown on',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const pay = (cents: number) =>
  tracer.startActiveSpan('pay', async (span) => {
    try {
      return await charge(cents);
    } «catch (error)» {
      console.error('payment failed', error);
      throw error;
    } finally {
      span.end();
    }
  });
`,
      fixed: {
        'Record the error on the span': `
import { trace, SpanStatusCode } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const pay = (cents: number) =>
  tracer.startActiveSpan('pay', async (span) => {
    try {
      return await charge(cents);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      console.error('payment failed', error);
      throw error;
    } finally {
      span.end();
    }
  });
`,
      },
    },
    {
      name: 'An error that is swallowed',
      confidence: 'likely',
      code: `
import { trace, SpanStatusCode } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const recommend = () =>
  tracer.startActiveSpan('recommend', async (span) => {
    try {
      return await boughtTogether();
    } «catch» { return []; } finally {
      span.end();
    }
  });
`,
      fixed: {
        'Record the error on the span': `
import { trace, SpanStatusCode } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const recommend = () =>
  tracer.startActiveSpan('recommend', async (span) => {
    try {
      return await boughtTogether();
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      return [];
    } finally {
      span.end();
    }
  });
`,
      },
    },
    {
      name: 'A fallback',
      confidence: 'possible',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const read = (text: string) =>
  tracer.startActiveSpan('read', (span) => {
    try {
      return JSON.parse(text);
    } «catch» {
      return undefined;
    } finally {
      span.end();
    }
  });
`,
    },
    {
      name: 'An error that is noted as an attribute alone',
      confidence: 'possible',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const load = (id: number) =>
  tracer.startActiveSpan('load', async (span) => {
    try {
      return await query(id);
    } «catch (error)» {
      span.setAttribute('load.error', String(error));
      return undefined;
    } finally {
      span.end();
    }
  });
`,
    },
    {
      name: 'Errors that the span hears of',
      code: `
import { trace, SpanStatusCode, type Span } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const recorded = () =>
  tracer.startActiveSpan('recorded', async (span) => {
    try {
      await work();
    } catch (error) {
      span.recordException(error as Error);
      throw error;
    } finally {
      span.end();
    }
  });
export const byHelper = () =>
  tracer.startActiveSpan('by helper', async (span) => {
    try {
      await work();
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
export const outside = () =>
  tracer.startActiveSpan('outside', async (span) => {
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          return await work();
        } catch (error) {
          if (attempt === 3) throw error;
        }
      }
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
export async function kept() {
  const span = tracer.startSpan('kept');
  let failure: unknown;
  try {
    await work();
  } catch (error) {
    failure = error;
  }
  finish(span, failure);
}
export async function without() {
  try {
    await work();
  } catch {
    return undefined;
  }
}
`,
    },
    {
      name: 'A span that begins inside of the try',
      code: `
import { trace, type Span } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function order(id: number) {
  let span: Span | undefined;
  try {
    span = tracer.startSpan('order');
    return await place(id);
  } «catch (error)» {
    console.error(error);
    throw error;
  } finally {
    span?.end();
  }
}
`,
      fixed: {
        'Record the error on the span': `
import { trace, type Span, SpanStatusCode } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function order(id: number) {
  let span: Span | undefined;
  try {
    span = tracer.startSpan('order');
    return await place(id);
  } catch (error) {
    span?.recordException(error as Error);
    span?.setStatus({ code: SpanStatusCode.ERROR });
    console.error(error);
    throw error;
  } finally {
    span?.end();
  }
}
`,
      },
    },
    {
      name: 'Something that is tried by the way',
      confidence: 'possible',
      code: `
import { trace, SpanStatusCode } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export const load = (id: number) =>
  tracer.startActiveSpan('load', async (span) => {
    try {
      const found = await query(id);
      try {
        await cache.set(id, found);
      } «catch» {}
      return found;
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
`,
    },
    {
      name: 'A function beside the span that records errors',
      hidden: true,
      code: `
import { trace, SpanStatusCode } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function stream() {
  const span = tracer.startSpan('stream');
  const finish = (code: SpanStatusCode, failure?: Error) => {
    if (failure) span.recordException(failure);
    span.setStatus({ code });
    span.end();
  };
  const stop = () => {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
  try {
    return read(() => finish(SpanStatusCode.OK));
  } catch (error) {
    finish(SpanStatusCode.ERROR, error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    try {
      flush();
    } catch (error) {
      stop();
      throw error;
    }
  }
}
`,
    },
    {
      name: 'A catch that calls what is not seen into before it throws',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
import { telemetry } from './telemetry';

export const load = (id: number) =>
  trace.getTracer('shop').startActiveSpan('load', async (span) => {
    try {
      return await query(id);
    } «catch (error)» {
      telemetry.failed();
      throw error;
    } finally {
      span.end();
    }
  });
`,
    },
    {
      name: 'Swallowed inside a function of the program’s own, which records what leaves it, and hears of no more',
      confidence: 'possible',
      files: {
        'tracing.ts': `
import { trace, SpanStatusCode, type Span } from '@opentelemetry/api';

export class Tracing {
  private static tracer = trace.getTracer('shop');

  static async traced<T>(name: string, work: (span: Span) => Promise<T>): Promise<T> {
    return this.tracer.startActiveSpan(name, async (span) => {
      try {
        return await work(span);
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  }
}
`,
      },
      code: `
import { Tracing } from './tracing';

export const list = () =>
  Tracing.traced('orders.list', async (span) => {
    try {
      return await query();
    } «catch (error)» {
      console.error('no orders', error);
      return [];
    }
  });
export const load = () =>
  Tracing.traced('orders.load', async () => {
    try {
      return await query();
    } catch (error) {
      console.error('no order', error);
      throw error;
    }
  });
`,
    },
    {
      name: 'A span that a function of the program’s own starts',
      confidence: 'likely',
      hidden: true,
      files: {
        'tracing.ts': `
import { trace } from '@opentelemetry/api';
export const begin = (name: string) => trace.getTracer('shop').startSpan(name);
`,
      },
      code: `
import { begin } from './tracing';

export async function load(id: number) {
  const span = begin('load');
  try {
    return await query(id);
  } «catch (error)» {
    throw error;
  } finally {
    span.end();
  }
}
`,
    },
  ],
};
