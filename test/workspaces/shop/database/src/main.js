// The shop's Postgres: PGlite in memory, filled on start, behind the wire protocol on loopback.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { createSchema } from './schema.js';
import { seed } from './seed.js';

const port = Number(process.env.DATABASE_PORT ?? 47103);

const database = await PGlite.create();
await createSchema(database);
const counts = await seed(database);

const server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port });
server.addEventListener('error', ({ detail: error }) => {
  const taken = `port ${port} is taken. Set DATABASE_PORT in ports.env to a free one.`;
  console.error(`database: ${error.code === 'EADDRINUSE' ? taken : error.message}`);
  process.exit(1);
});
await server.start();
console.log(`database: ${counts.products} products, ${counts.orders} orders, listening on ${port}`);
