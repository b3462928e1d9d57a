// A program without OpenTelemetry: a server and a client in one, which ends by itself unless told to stay.
const http = require('node:http');

const { ROUNDS = '3', STAY } = process.env;

function get(port, path) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject);
  });
}

const server = http.createServer((request, response) => {
  setTimeout(() => response.end(request.url), 5);
});

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (let round = 0; round < Number(ROUNDS); round++) await get(port, `/items/${round}`);
  if (process.env.EXIT_CODE) process.exitCode = Number(process.env.EXIT_CODE);
  if (!STAY) server.close();
});
