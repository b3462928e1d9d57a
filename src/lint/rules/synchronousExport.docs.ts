import type { RuleDocs } from '../docs';

export const synchronousExportDocs: RuleDocs = {
  id: 'synchronous-export',
  why: `\`SimpleSpanProcessor\` hands every span to its exporter the moment it ends. With an exporter that talks to the network that is one request for
each span, made and encoded while the program serves its own requests.`,
  remedy: `Use \`BatchSpanProcessor\`: it collects spans and sends them together, in the background. Call \`shutdown()\` before the process ends.`,
  leavesAlone: `Exporters that print or keep spans in memory, processors chosen by a condition on the environment, code that offers the batching processor
in its other branch or in a comment above, and serverless functions, which are frozen before a batch goes out: where an import, a dependency,
a script that deploys, a handler, a variable of the platform or the file's folder shows that they are some. In samples, and where
the collector is on the same machine, it is **information**.`,
  examples: [
    {
      name: 'An exporter that sends over the network',
      code: `
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

const exporter = new OTLPTraceExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new «SimpleSpanProcessor»(exporter)] });
const newForm = new «SimpleSpanProcessor»({ exporter: new OTLPTraceExporter() });
`,
      says: 'OTLPTraceExporter',
      fixed: {
        'Use BatchSpanProcessor': `
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeTracerProvider, SimpleSpanProcessor, BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';

const exporter = new OTLPTraceExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
const newForm = new SimpleSpanProcessor({ exporter: new OTLPTraceExporter() });
`,
      },
    },
    {
      name: 'One of several exporters, with `require`',
      language: 'js',
      code: `
const { ZipkinExporter } = require('@opentelemetry/exporter-zipkin');
const { ConsoleSpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');

let exporter;
if (process.argv[2] === 'zipkin') exporter = new ZipkinExporter();
else exporter = new ConsoleSpanExporter();
exports.processor = new «SimpleSpanProcessor»(exporter);
`,
      fixed: {
        'Use BatchSpanProcessor': `
const { ZipkinExporter } = require('@opentelemetry/exporter-zipkin');
const { ConsoleSpanExporter, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');

let exporter;
if (process.argv[2] === 'zipkin') exporter = new ZipkinExporter();
else exporter = new ConsoleSpanExporter();
exports.processor = new BatchSpanProcessor(exporter);
`,
      },
    },
    {
      name: 'A collector on the same machine',
      confidence: 'likely',
      code: `
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

export const processor = new «SimpleSpanProcessor»(new OTLPTraceExporter({ url: 'http://localhost:6006/v1/traces' }));
`,
    },
    {
      name: 'A comment that weighs the two',
      hidden: true,
      code: `
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web';

export const provider = new WebTracerProvider({
  // In production BatchSpanProcessor would make fewer requests; here each span is to be seen at once.
  spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter())],
});
`,
    },
    {
      name: 'An exporter that is not known',
      confidence: 'possible',
      code: `
import { SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';

export const processor = (exporter: SpanExporter) => new «SimpleSpanProcessor»(exporter);
`,
    },
    {
      name: 'Consoles, memory, development',
      code: `
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, ConsoleSpanExporter, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

export const processors = [
  new SimpleSpanProcessor(new ConsoleSpanExporter()),
  new SimpleSpanProcessor(new InMemorySpanExporter()),
  new BatchSpanProcessor(new OTLPTraceExporter()),
  process.env.NODE_ENV === 'development' ? new SimpleSpanProcessor(new OTLPTraceExporter()) : undefined,
  process.env.BATCH ? new BatchSpanProcessor(new OTLPTraceExporter()) : new SimpleSpanProcessor(new OTLPTraceExporter()),
];
`,
    },
    {
      name: 'A branch that speaks of debugging and asks for something else',
      hidden: true,
      code: `
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';

export function setUp(given: SpanExporter | undefined) {
  let exporter: SpanExporter;
  if (given) {
    debug('the exporter is given');
    exporter = given;
  } else exporter = new OTLPTraceExporter();
  return new «SimpleSpanProcessor»(exporter);
}
`,
    },
    {
      name: 'A handler of a function',
      hidden: true,
      code: `
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

const processor = new SimpleSpanProcessor(new OTLPTraceExporter());
export const handler = async (event: unknown) => processor.forceFlush();
`,
    },
    {
      name: 'A comment that only speaks of serverless functions',
      hidden: true,
      code: `
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

/** Unlike the serverless jobs, which AWS Lambda freezes, this server runs for weeks. */
export const processor = new «SimpleSpanProcessor»(new OTLPTraceExporter());
`,
    },
  ],
};
