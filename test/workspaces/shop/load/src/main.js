// Everything outside the shop: its customers, their bank, and the team's trace collector.
import { startBank } from './bank.js';
import { startCollector } from './collector.js';
import { serveCustomers } from './customers.js';
import { waitForGateway } from './gateway.js';

try {
  await startBank();
  const collector = await startCollector();
  await waitForGateway();
  await serveCustomers(collector);
} catch (error) {
  console.error(`load: ${error.message}`);
  process.exit(1);
}
