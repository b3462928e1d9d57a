const { Pool } = require('pg');

const WAIT_LIMIT_MS = 60_000;

// PGlite serves one connection at a time: a second query waits in `pool.connect`.
const pool = new Pool({
  host: '127.0.0.1',
  port: Number(process.env.DATABASE_PORT ?? 47103),
  user: 'postgres',
  database: 'shop',
  max: 1,
});
pool.on('error', (error) => console.error(`orders: lost the database: ${error.message}`));

async function waitForDatabase() {
  const deadline = Date.now() + WAIT_LIMIT_MS;
  for (;;) {
    try {
      await pool.query('select 1');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`no database on port ${pool.options.port}: ${error.message}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Runs `work` with a connection of its own: all of it is written, or nothing when it throws. */
async function inTransaction(work) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

module.exports = { inTransaction, pool, waitForDatabase };
