const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('orders');

/** What an order costs, in cents: a tenth off from three of the same on. */
function total(items) {
  let cents = 0;
  for (const item of items) {
    // Mistake (noisy-span): a span around a multiplication. Its lens shows microseconds, many times over.
    const span = tracer.startSpan('price.item');
    const full = item.quantity * item.priceCents;
    cents += item.quantity >= 3 ? Math.round(full * 0.9) : full;
    span.end();
  }
  return cents;
}

module.exports = { total };
