// A program that ends while its own request is under way.
const http = require('node:http');

const server = http.createServer(() => setTimeout(() => process.exit(3), 50));

server.listen(0, '127.0.0.1', () => {
  http.get({ host: '127.0.0.1', port: server.address().port, path: '/never' });
});
