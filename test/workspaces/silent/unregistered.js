// An SDK that was loaded and never started.
require('@opentelemetry/sdk-trace-node');

setInterval(() => {}, 1000);
