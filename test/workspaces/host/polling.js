// A program without OpenTelemetry that goes on until it is killed: a server, and a client that asks it twenty times a second.
const http = require('node:http');

const server = http.createServer((request, response) => response.end('well'));

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  setInterval(() => {
    http.get({ host: '127.0.0.1', port, path: '/health' }, (response) => response.resume());
  }, 50);
  console.log('ready');
});
