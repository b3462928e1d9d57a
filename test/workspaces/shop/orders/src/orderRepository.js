const { SpanStatusCode, trace } = require('@opentelemetry/api');
const { inTransaction, pool } = require('./database');
const { total } = require('./pricing');
const { reserve } = require('./stock');

const tracer = trace.getTracer('orders');

/** An order with its items, or undefined. */
function findOrder(id) {
  return tracer.startActiveSpan('order.load', async (span) => {
    try {
      const found = await pool.query('select id, status, total_cents, placed_at from orders where id = $1', [id]);
      if (found.rows.length === 0) return undefined;
      const items = await itemsOf(id);
      span.setAttribute('order.items', items.length);
      return { ...found.rows[0], items };
    } finally {
      span.end();
    }
  });
}

async function itemsOf(orderId) {
  const { rows } = await pool.query('select product_id, quantity, price_cents from order_items where order_id = $1', [
    orderId,
  ]);
  const items = [];
  for (const row of rows) {
    // Slow for no visible reason: one query for each item. Its lens counts several times as many as the lens above.
    const product = await pool.query('select name, category from products where id = $1', [row.product_id]);
    items.push({ ...row, ...product.rows[0] });
  }
  return items;
}

/** Takes the items off the stock and writes the order, all or nothing. */
function placeOrder(customerId, items) {
  return tracer.startActiveSpan('order.place', async (span) => {
    span.setAttribute('order.items', items.length);
    try {
      return await inTransaction(async (client) => {
        const priced = await reserve(client, items);
        return write(client, customerId, priced);
      });
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function write(client, customerId, items) {
  const { rows } = await client.query(
    'insert into orders (customer_id, total_cents) values ($1, $2) returning id, status, total_cents, placed_at',
    [customerId, total(items)],
  );
  const [order] = rows;
  for (const { productId, quantity, priceCents } of items) {
    await client.query(
      'insert into order_items (order_id, product_id, quantity, price_cents) values ($1, $2, $3, $4)',
      [order.id, productId, quantity, priceCents],
    );
  }
  return order;
}

module.exports = { findOrder, placeOrder };
