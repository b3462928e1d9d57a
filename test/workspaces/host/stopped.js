// Asks itself until somebody stops it, and notes each answer in a file by a dot. One request is never answered.
const { appendFileSync } = require('node:fs');
const http = require('node:http');
const { join } = require('node:path');

const ANSWERS = join(__dirname, 'answers.txt');

function ask(port) {
  http.get({ host: '127.0.0.1', port, path: '/again' }, (response) => {
    response.resume().on('close', () => {
      appendFileSync(ANSWERS, '.');
      setTimeout(ask, Math.random() * 30, port);
    });
  });
}

const server = http.createServer((request, response) => {
  if (request.url === '/again') response.end('ok');
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  http.get({ host: '127.0.0.1', port, path: '/never' });
  ask(port);
});
