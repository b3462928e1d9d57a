// A process that takes whatever is posted to it and throws it away, so that the measuring process has nothing to do but measure.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it tells its parent first. */
export type DrainAddress = Pick<AddressInfo, 'port'>;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.setHeader('Content-Type', 'application/json').end('{}'));
});
server.listen(0, '127.0.0.1', () => process.send!(server.address()));
process.once('disconnect', () => process.exit());
