const { createApp } = require('./app');
const { waitForDatabase } = require('./database');

const port = Number(process.env.ORDERS_PORT ?? 47101);

async function main() {
  await waitForDatabase();
  const server = createApp().listen(port, '127.0.0.1', () => console.log(`orders: listening on ${port}`));
  server.on('error', (error) => {
    const taken = `port ${port} is taken. Set ORDERS_PORT in ports.env to a free one.`;
    console.error(`orders: ${error.code === 'EADDRINUSE' ? taken : error.message}`);
    process.exit(1);
  });
}

main().catch((error) => {
  console.error(`orders: ${error.message}`);
  process.exit(1);
});
