// ES modules with an SDK, and without the hooks that its instrumentations need.
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

new NodeTracerProvider().register();
setInterval(() => {}, 1000);
