// No OpenTelemetry in this service: what Spanline shows of it comes from the SDK that Spanline brings along.
import { createServer } from 'node:http';
import { charge, findCharge } from './charges.js';
import { HttpError } from './errors.js';

const port = Number(process.env.PAYMENTS_PORT ?? 47102);
const MOST_BYTES = 10_000;

const server = createServer((request, response) => {
  route(request)
    .then(([status, body]) => answer(response, status, body))
    .catch((error) => {
      const status = error instanceof HttpError ? error.status : 500;
      if (status === 500) console.error(`payments: ${error.stack}`);
      answer(response, status, { error: status === 500 ? 'internal error' : error.message });
    });
});

async function route(request) {
  const { pathname } = new URL(request.url, 'http://payments');
  if (request.method === 'GET' && pathname === '/health') return [200, { ok: true }];
  if (request.method === 'POST' && pathname === '/charges') return [201, await charge(await readJson(request))];
  const [, id] = /^\/charges\/([\w-]+)$/.exec(pathname) ?? [];
  if (request.method === 'GET' && id) return [200, findCharge(id)];
  throw new HttpError(404, `nothing at ${request.method} ${pathname}`);
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MOST_BYTES) throw new HttpError(413, 'the request is too large');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'the request is not JSON');
  }
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

server.on('error', (error) => {
  const taken = `port ${port} is taken. Set PAYMENTS_PORT in ports.env to a free one.`;
  console.error(`payments: ${error.code === 'EADDRINUSE' ? taken : error.message}`);
  process.exit(1);
});
server.listen(port, '127.0.0.1', () => console.log(`payments: listening on ${port}`));
