// As an API of that version leaves itself behind for the instrumentations.
globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.3.0' };

setInterval(() => {}, 1000);
