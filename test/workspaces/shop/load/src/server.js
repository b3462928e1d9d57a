import { createServer } from 'node:http';

/**
 * Serves `answer(request, body)` on a loopback port; it gives [status, body].
 * Rejects with the variable to change when the port is taken.
 */
export function serve(port, variable, answer) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      Promise.resolve(answer(request, Buffer.concat(chunks)))
        .then(([status, body]) => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        })
        .catch((error) => response.writeHead(500).end(error.message));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = `port ${port} is taken. Set ${variable} in ports.env to a free one.`;
      reject(new Error(error.code === 'EADDRINUSE' ? taken : error.message));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
