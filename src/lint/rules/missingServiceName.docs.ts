import type { RuleDocs } from '../docs';

export const missingServiceNameDocs: RuleDocs = {
  id: 'missing-service-name',
  why: `Without a name the SDK calls the service \`unknown_service:node\`. All programs that forgot theirs arrive as one service, and nobody can tell whose
spans are whose.`,
  remedy: `Set \`serviceName\` (NodeSDK), the resource attribute \`service.name\`, or the variable \`OTEL_SERVICE_NAME\`.`,
  leavesAlone: `Setups whose options or resource come from elsewhere, files that mention \`OTEL_SERVICE_NAME\`, and providers that are not registered for the
whole program. Where a file of the deployment sets the variable (\`.env\`, compose, Dockerfile, Kubernetes, scripts of package.json) it is a
**hint** that names that file.`,
  examples: [
    {
      name: 'An SDK without a name',
      confidence: 'likely',
      files: { 'package.json': '{ "name": "@shop/gateway" }' },
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new «NodeSDK»({
  instrumentations: [],
});
sdk.start();
`,
      fixed: {
        'Name it gateway, as the package': `
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({
  serviceName: 'gateway', instrumentations: [],
});
sdk.start();
`,
      },
    },
    {
      name: 'A resource that names other things',
      confidence: 'likely',
      code: `
import { resourceFromAttributes, defaultResource } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const resource = defaultResource().merge(resourceFromAttributes({ 'deployment.environment.name': 'test' }));
const provider = new «NodeTracerProvider»({ resource });
provider.register();
`,
    },
    {
      name: 'A name that the deployment sets',
      confidence: 'possible',
      files: { 'compose.yaml': 'environment:\n  OTEL_SERVICE_NAME: shop\n' },
      code: `
import { NodeSDK } from '@opentelemetry/sdk-node';

new «NodeSDK»().start();
`,
      says: 'compose.yaml',
    },
    {
      name: 'Services with a name',
      code: `
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BasicTracerProvider, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { options, resource } from './telemetry-options';

new NodeSDK({ serviceName: 'shop' }).start();
new NodeSDK({ resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'shop' }) }).start();
new NodeSDK({ resource: resourceFromAttributes({ 'service.name': 'shop' }) }).start();
new NodeSDK(options).start();
new NodeTracerProvider({ resource }).register();
const forOnePurpose = new BasicTracerProvider();
forOnePurpose.getTracer('x');
`,
    },
    {
      name: 'Spans that are only printed',
      confidence: 'possible',
      hidden: true,
      code: `
import { ConsoleSpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

const provider = new «NodeTracerProvider»();
provider.addSpanProcessor(new SimpleSpanProcessor(new ConsoleSpanExporter()));
provider.register();
`,
    },
    {
      name: 'Named when it is made',
      hidden: true,
      code: `
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';

const provider = new BasicTracerProvider();
provider.resource.attributes['service.name'] = 'archive';
provider.addSpanProcessor(new BatchSpanProcessor(new OTLPTraceExporter()));
provider.register();
`,
    },
    {
      name: 'Named by its exporter',
      hidden: true,
      code: `
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';

export function setUp(serviceName: string) {
  const provider = new NodeTracerProvider();
  provider.addSpanProcessor(new SimpleSpanProcessor(new ZipkinExporter({ serviceName })));
  provider.register();
}
`,
    },
    {
      name: 'Beside another that has a name',
      confidence: 'possible',
      hidden: true,
      code: `
import { Resource } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';

const provider = new NodeTracerProvider({ resource: new Resource({ [ATTR_SERVICE_NAME]: 'shop' }) });
provider.register();
new «NodeSDK»({ traceExporter: new OTLPTraceExporter() }).start();
`,
    },
  ],
};
