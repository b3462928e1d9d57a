// A server without OpenTelemetry that asks itself for a page, again and again.
const http = require('node:http');

const server = http.createServer((request, response) => response.end(request.url));

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  console.log(`listening on ${port}`);
  setInterval(() => {
    http.get({ host: '127.0.0.1', port, path: '/page', agent: false }, (response) => response.resume());
  }, 100);
});
