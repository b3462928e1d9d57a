import type { RuleDocs } from '../docs';

export const floatingSpanPromiseDocs: RuleDocs = {
  id: 'floating-span-promise',
  why: `When nobody waits for the promise of an active span's callback, the caller answers first: the span ends after its parent, an error in it
becomes an unhandled rejection, and a short-lived process may be gone before the span is exported. The other way round, \`return work()\` in
a \`try\` whose \`finally\` ends the span measures nothing: the span ends when the promise is made, not when it settles.`,
  remedy: `\`await\` or \`return\` the call; inside \`try … finally\` write \`return await\`. Where the work is meant to go on by itself, say \`void\`.`,
  leavesAlone: `Calls at the top level of a file, in \`main\` and in immediately called functions, calls with \`void\` in front, and promises that are kept.`,
  examples: [
    {
      name: 'A span started and left alone',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function order(id: number) {
  «tracer.startActiveSpan»('stock.warn', async (span) => {
    await warn(id);
    span.end();
  });
}
`,
      fixed: {
        'Await it': `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export async function order(id: number) {
  await tracer.startActiveSpan('stock.warn', async (span) => {
    await warn(id);
    span.end();
  });
}
`,
      },
    },
    {
      name: 'In a function that is not async',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function order(id: number) {
  «tracer.startActiveSpan»('stock.warn', async (span) => {
    await warn(id);
    span.end();
  });
}
`,
      fixed: {
        'Return it': `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function order(id: number) {
  return tracer.startActiveSpan('stock.warn', async (span) => {
    await warn(id);
    span.end();
  });
}
`,
      },
    },
    {
      name: 'The span ends before its work',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const query = async (id: number) => id;

export const load = (id: number) =>
  tracer.startActiveSpan('load', async (span) => {
    try {
      return «query(id)»;
    } finally {
      span.end();
    }
  });
`,
      fixed: {
        'Await it before the span ends': `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const query = async (id: number) => id;

export const load = (id: number) =>
  tracer.startActiveSpan('load', async (span) => {
    try {
      return await query(id);
    } finally {
      span.end();
    }
  });
`,
      },
    },
    {
      name: 'Work that is waited for, or meant to go on',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
const query = async (id: number) => id;

export async function order(id: number) {
  void tracer.startActiveSpan('warn', async (span) => span.end());
  await tracer.startActiveSpan('load', async (span) => span.end());
  tracer.startActiveSpan('sync', (span) => span.end());
  const later = tracer.startActiveSpan('later', async (span) => span.end());
  tracer.startActiveSpan('caught', async (span) => span.end()).catch(console.error);
  await later;
}
export const load = (id: number) =>
  tracer.startActiveSpan('load', async (span) => {
    try {
      return await query(id);
    } finally {
      span.end();
    }
  });
export const handedOn = (id: number) =>
  tracer.startActiveSpan('handed on', async (span) => {
    try {
      return endAfter(query(id), span);
    } finally {
      done(id);
    }
  });
tracer.startActiveSpan('main', async (span) => span.end());
const main = async () => {
  tracer.startActiveSpan('start', async (span) => {
    await query(1);
    span.end();
  });
};
main().catch(console.error);
export const read = (stream: NodeJS.ReadableStream) =>
  new Promise((resolve, reject) => {
    stream.on('end', () => {
      tracer.startActiveSpan('parse', async (span) => {
        try {
          resolve(await query(1));
        } catch (error) {
          reject(error);
        } finally {
          span.end();
        }
      });
    });
  });
export async function nothingToWaitFor() {
  tracer.startActiveSpan('marker', async (span) => {
    span.addEvent('here');
    span.end();
  });
}
`,
    },
    {
      name: 'Work of a handler that answers by itself and catches its own errors',
      confidence: 'possible',
      code: `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

app.get('/profile/:id', async (req, res, next) => {
  const id = req.params.id;
  «tracer.startActiveSpan»('load profile', async (span) => {
    try {
      res.json(await load(id));
    } catch (error) {
      span.recordException(error);
      next(error);
    } finally {
      span.end();
    }
  });
});
`,
    },
    {
      name: 'A timer, which waits for nobody',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

setInterval(async () => {
  «trace.getTracer('shop').startActiveSpan»('refresh', async (span) => {
    await refresh();
    span.end();
  });
}, 60_000);
`,
    },
    {
      name: 'A request of a client that `require` brings',
      hidden: true,
      language: 'js',
      code: `
const { trace } = require('@opentelemetry/api');
const axios = require('axios').default;
const got = require('got');

exports.send = async (mail) => {
  const span = trace.getTracer('shop').startSpan('send');
  try {
    if (mail.isOld) return «got('https://mail.example')»;
    if (axios.isAxiosError(mail)) return axios.isAxiosError(mail);
    return «axios.post('https://mail.example', mail)»;
  } finally {
    span.end();
  }
};
`,
    },
    {
      name: 'Functions of the program that run work in a span',
      confidence: 'likely',
      hidden: true,
      files: {
        'tracing.ts': `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');

export function inSpan(name: string, work: () => Promise<void>) {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      await work();
    } finally {
      span.end();
    }
  });
}
export function measured<T>(name: string, work: () => T): T {
  return tracer.startActiveSpan(name, (span) => finished(span, work()));
}
export function noted(name: string, work: () => Promise<void>) {
  tracer.startActiveSpan(name, (span) => queue(work, span));
}
export const refresh = () => inSpan('refresh', load);
export function warmUp() {
  return tracer.startActiveSpan('warm up', async (span) => {
    await load();
    span.end();
  });
}
`,
      },
      code: `
import { inSpan, measured, noted, refresh, warmUp } from './tracing';

export async function checkout(order: Order) {
  «inSpan»('pay', async () => pay(order));
  «measured»('mail', async () => mail(order));
  «warmUp»();
  await inSpan('store', async () => store(order));
  void inSpan('count', async () => count(order));
  inSpan('log', async () => log(order)).catch(report);
  measured('sum', () => sum(order));
  noted('rate', async () => rate(order));
  return warmUp();
}
void refresh();
`,
      says: 'Nobody waits',
    },
    {
      name: 'Work that a timer starts in the background',
      confidence: 'possible',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

function refresh() {
  return trace.getTracer('shop').startActiveSpan('refresh', async (span) => {
    await load();
    span.end();
  });
}
setInterval(() => {
  «refresh»();
}, 60_000);
`,
    },
  ],
};
