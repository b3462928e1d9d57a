const { trace } = require('@opentelemetry/api');
const { Router } = require('express');
const { pool } = require('./database');
const { handled } = require('./errors');

const tracer = trace.getTracer('orders');

/** Every item anyone ever bought against every other of the same customer: a report that belongs into the night. */
const BOUGHT_TOGETHER = `select one.name as product, other.name as bought_too, count(*) as times, sum(b.quantity * b.price_cents) as cents
    from order_items a
    join orders ordered on ordered.id = a.order_id
    join orders again on again.customer_id = ordered.customer_id
    join order_items b on b.order_id = again.id and b.product_id <> a.product_id
    join products one on one.id = a.product_id
    join products other on other.id = b.product_id
    group by one.name, other.name
    order by times desc
    limit 10`;

function reportRoutes() {
  const routes = Router();
  routes.get('/bought-together', handled(showBoughtTogether));
  return routes;
}

async function showBoughtTogether(_request, response) {
  const rows = await tracer.startActiveSpan('report.bought_together', async (span) => {
    // Mistake (deprecated-semconv): the key is db.query.text since the database conventions are stable.
    span.setAttribute('db.statement', BOUGHT_TOGETHER);
    try {
      return (await pool.query(BOUGHT_TOGETHER)).rows;
    } finally {
      span.end();
    }
  });
  response.json(rows);
}

module.exports = { reportRoutes };
