import type { RuleDocs } from '../docs';

export const samplerMisconfiguredDocs: RuleDocs = {
  id: 'sampler-misconfigured',
  why: `A sampler without \`ParentBasedSampler\` around it does not ask whether the caller has decided already. Services with different ratios keep
different parts of the same trace, and what arrives are pieces: spans whose parents were dropped, roots whose children were.`,
  remedy: `Wrap it: \`new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) })\`. The parent's decision stands, and the ratio applies to new
traces.`,
  leavesAlone: `The default, which keeps everything and follows the parent, samplers of your own, and \`AlwaysOnSampler\` behind a condition on the
environment.`,
  examples: [
    {
      name: 'A bare ratio',
      confidence: 'likely',
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';
import { TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

const sdk = new NodeSDK({
  serviceName: 'shop',
  sampler: new «TraceIdRatioBasedSampler»(0.1),
});
`,
      fixed: {
        'Follow the parent’s decision, and this for new traces': `
import { NodeSDK } from '@opentelemetry/sdk-node';
import { TraceIdRatioBasedSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';

const sdk = new NodeSDK({
  serviceName: 'shop',
  sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) }),
});
`,
      },
    },
    {
      name: 'A ratio in per cent',
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

const root = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(«10») });
const sdk = new NodeSDK({ serviceName: 'shop', sampler: root });
`,
      says: 'from 0 to 1',
      fixed: {
        'Write 0.1': `
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

const root = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) });
const sdk = new NodeSDK({ serviceName: 'shop', sampler: root });
`,
      },
    },
    {
      name: 'Always on, whatever the caller says',
      confidence: 'likely',
      code: `
import { NodeTracerProvider, AlwaysOnSampler } from '@opentelemetry/sdk-trace-node';

new NodeTracerProvider({ sampler: new «AlwaysOnSampler»() }).register();
`,
    },
    {
      name: 'A ratio of 1, which is always on',
      hidden: true,
      confidence: 'likely',
      code: `
import { NodeTracerProvider, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-node';

new NodeTracerProvider({ sampler: new «TraceIdRatioBasedSampler»(1.0) }).register();
`,
    },
    {
      name: 'A provider of its own, and settings that go to one elsewhere',
      confidence: 'possible',
      code: `
import { NodeTracerProvider, AlwaysOnSampler } from '@opentelemetry/sdk-trace-node';

export const audit = new NodeTracerProvider({ sampler: new «AlwaysOnSampler»() });
export const developmentDefaults = { sampler: new AlwaysOnSampler() };
export const productionDefaults = { sampler: new «AlwaysOnSampler»() };
`,
    },
    {
      name: 'One of several, as the operator chooses',
      confidence: 'possible',
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ParentBasedSampler, TraceIdRatioBasedSampler, type Sampler } from '@opentelemetry/sdk-trace-base';

let sampler: Sampler;
switch (process.env.OTEL_TRACES_SAMPLER) {
  case 'traceidratio':
    sampler = new «TraceIdRatioBasedSampler»(0.1);
    break;
  default:
    sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) });
}
new NodeSDK({ serviceName: 'shop', sampler });
`,
    },
    {
      name: 'Samplers that follow the parent, or are meant for development',
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOnSampler, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

new NodeSDK({ serviceName: 'shop' });
new NodeSDK({ serviceName: 'shop', sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }) });
new NodeSDK({ serviceName: 'shop', sampler: process.env.NODE_ENV === 'production' ? undefined : new AlwaysOnSampler() });
`,
    },
    {
      name: 'A sampler that a function makes',
      confidence: 'likely',
      hidden: true,
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';
import { TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

new NodeSDK({ sampler: createSampler(0.1) }).start();

function createSampler(rate: number) {
  return new «TraceIdRatioBasedSampler»(rate);
}
`,
    },
    {
      name: 'A sampler that the operator chooses',
      hidden: true,
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOffSampler, AlwaysOnSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

new NodeSDK({ sampler: createSampler('ratio') }).start();

function createSampler(kind: string) {
  if (kind === 'off') return new AlwaysOffSampler();
  return kind === 'ratio' ? new TraceIdRatioBasedSampler(0.1) : new AlwaysOnSampler();
}
`,
    },
    {
      name: 'A choice that is explained, and a package that is required on the spot',
      confidence: 'likely',
      hidden: true,
      language: 'js',
      code: `
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { AlwaysOnSampler } = require('@opentelemetry/sdk-trace-base');

new NodeSDK({
  // One service and little traffic: ParentBasedSampler when that changes
  sampler: new AlwaysOnSampler(),
}).start();
new NodeSDK({
  // TODO ParentBasedSampler
  sampler: new «(require('@opentelemetry/sdk-trace-base').TraceIdRatioBasedSampler)»(0.5),
}).start();
new NodeSDK({ sampler: new «(require('@opentelemetry/sdk-trace-base').TraceIdRatioBasedSampler)»(0.1) }).start();
`,
    },
    {
      name: 'An import over several lines',
      confidence: 'likely',
      hidden: true,
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  BatchSpanProcessor, // in the background
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

new NodeSDK({ sampler: new «TraceIdRatioBasedSampler»(0.1), spanProcessors: [new BatchSpanProcessor(exporter)] }).start();
`,
      fixed: {
        'Follow the parent’s decision, and this for new traces': `
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  BatchSpanProcessor, // in the background
  TraceIdRatioBasedSampler,
  ParentBasedSampler,
} from '@opentelemetry/sdk-trace-base';

new NodeSDK({ sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) }), spanProcessors: [new BatchSpanProcessor(exporter)] }).start();
`,
      },
    },
  ],
};
