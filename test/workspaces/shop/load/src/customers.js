import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './gateway.js';
import { between, pick, random } from './random.js';

const REQUESTS_PER_SECOND = Number(process.env.RATE ?? 3);
const OPEN_MINUTES = Number(process.env.OPEN_MINUTES ?? 30);
const REPORT_EVERY_MS = 10_000;
const PRODUCTS = 18;
const SCARCE_PRODUCT = 18;
const CUSTOMERS = 50;
const ORDERS = 600;
const GOOD_CARD = { number: '4242424242424242', expires: '12/39' };
const EXPIRED_CARD = { number: '4242424242424242', expires: '01/20' };

/** What customers do, and how often out of a hundred times. */
const HABITS = [
  [22, () => ask('/products')],
  [10, () => ask(`/products?category=${pick(['kitchen', 'desk', 'outdoors'])}`)],
  [24, () => ask(`/products/${between(1, PRODUCTS)}`)],
  [3, () => ask(`/products/${PRODUCTS + between(1, 9)}`)],
  [13, () => ask(`/orders/${between(1, ORDERS)}`)],
  [8, () => ask(`/customers/${between(1, CUSTOMERS)}/orders`)],
  [2, () => ask('/reports/bought-together')],
  [16, () => ask('/checkout', cart(GOOD_CARD))],
  [2, () => ask('/checkout', cart(EXPIRED_CARD))],
];

/**
 * Customers come until the shop closes. The first of all checks out, so that every service is seen at once.
 * Nobody waits for the customer before: what is slow makes requests overlap, as it would outside.
 */
export async function serveCustomers({ received }) {
  const counts = { asked: 0, refused: 0, failed: 0 };
  const reports = setInterval(() => report(counts, received), REPORT_EVERY_MS);
  await visit(() => ask('/checkout', cart(GOOD_CARD)), counts);
  const closing = Date.now() + OPEN_MINUTES * 60_000;
  while (Date.now() < closing) {
    void visit(habit(), counts);
    await sleep((2_000 * random()) / REQUESTS_PER_SECOND);
  }
  clearInterval(reports);
  report(counts, received);
  console.log(`load: ${OPEN_MINUTES} minutes are over and the customers went home. Start it again for more.`);
}

async function visit(act, counts) {
  const status = await act();
  counts.asked++;
  if (status >= 400 && status < 500) counts.refused++;
  if (status === 0 || status >= 500) counts.failed++;
}

function habit() {
  let ticket = random() * HABITS.reduce((sum, [share]) => sum + share, 0);
  for (const [share, act] of HABITS) {
    ticket -= share;
    if (ticket < 0) return act;
  }
  return HABITS[0][1];
}

function cart(card) {
  const items = Array.from({ length: between(1, 4) }, () => ({
    productId: between(1, random() < 0.2 ? SCARCE_PRODUCT : SCARCE_PRODUCT - 1),
    quantity: between(1, 3),
  }));
  const coupon = random() < 0.4 ? pick(['WELCOME10', 'COFFEE5', 'OLD']) : undefined;
  return { id: `cart-${between(100_000, 999_999)}`, customerId: between(1, CUSTOMERS), items, card, coupon };
}

function report({ asked, refused, failed }, received) {
  const exported = Object.entries(received).map(([service, spans]) => `${service} ${spans}`);
  console.log(
    `load: ${asked} requests, ${refused} refused, ${failed} failed; the collector has spans of ${exported.join(', ') || 'nobody'}`,
  );
}
