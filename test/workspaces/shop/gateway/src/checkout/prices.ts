import { trace } from '@opentelemetry/api';
import { fetchProduct, type Item } from '../clients/orders.ts';

const tracer = trace.getTracer('gateway');
const DISCOUNT = { standard: 1, gold: 0.95 };

/** Today's price of a cart in cents. */
export function priceCart(items: readonly Item[], tier: keyof typeof DISCOUNT): Promise<number> {
  return tracer.startActiveSpan('cart.price', async (span) => {
    try {
      const prices = await Promise.all(items.map(priceItem));
      const total = Math.round(prices.reduce((sum, price) => sum + price, 0) * DISCOUNT[tier]);
      span.setAttributes({ 'cart.items': items.length, 'cart.total_cents': total });
      return total;
    } finally {
      span.end();
    }
  });
}

async function priceItem({ productId, quantity }: Item): Promise<number> {
  const product = await fetchProduct(productId);
  return product.price_cents * quantity;
}
