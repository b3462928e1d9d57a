import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import { fetchCustomer, placeOrder, type Item } from '../clients/orders.ts';
import { charge, type Card } from '../clients/payments.ts';
import { applyCoupon } from './coupons.ts';
import { priceCart } from './prices.ts';
import { sendReceipt, type Receipt } from './receipts.ts';

const tracer = trace.getTracer('gateway');
const checkouts = metrics.getMeter('gateway').createCounter('checkouts');

export interface Cart {
  readonly id: string;
  readonly customerId: number;
  readonly items: readonly Item[];
  readonly card: Card;
  readonly coupon?: string;
}

/** Prices the cart, charges the card, places the order. The receipt goes out behind the answer. */
export async function checkOut(cart: Cart): Promise<Receipt> {
  // Mistake (span-name-high-cardinality): every cart makes a name of its own; the id belongs into an attribute.
  return tracer.startActiveSpan(`checkout ${cart.id}`, async (span) => {
    try {
      const customer = await fetchCustomer(cart.customerId);
      // Mistake (pii-attribute): an e-mail address in a trace is kept for weeks and read by many.
      span.setAttribute('customer.email', customer.email);
      // Mistake (metric-attribute-unbounded): one time series for every customer.
      checkouts.add(1, { 'customer.id': customer.id });

      const price = await priceCart(cart.items, customer.tier);
      const total = applyCoupon(price, cart.coupon);
      const { authorization } = await charge(total, cart.card, cart.id);
      const order = await placeOrder(cart.customerId, cart.items);

      const receipt = { orderId: order.id, totalCents: total, authorization };
      void sendReceipt(customer, receipt);
      return receipt;
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  });
}
