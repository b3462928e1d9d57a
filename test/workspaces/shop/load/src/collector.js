import { serve } from './server.js';

const PORT = Number(process.env.COLLECTOR_PORT ?? 47105);

/** Stands for the backend that the team's own exporters send to. `GET /received` tells how many spans each service sent. */
export async function startCollector() {
  const received = {};
  await serve(PORT, 'COLLECTOR_PORT', (request, body) => {
    if (request.method === 'GET') return [200, received];
    for (const { resource, scopeSpans } of JSON.parse(body.toString()).resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? 'unknown';
      const spans = scopeSpans.reduce((sum, scope) => sum + scope.spans.length, 0);
      received[service] = (received[service] ?? 0) + spans;
    }
    return [200, {}];
  });
  return { received };
}
