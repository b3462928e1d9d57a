const { trace } = require('@opentelemetry/api');
const { Router } = require('express');
const { pool } = require('./database');
const { HttpError, handled, idOf } = require('./errors');

function customerRoutes() {
  const routes = Router();
  routes.get('/:id', handled(showCustomer));
  routes.get('/:id/orders', handled(showOrders));
  return routes;
}

async function showCustomer(request, response) {
  const id = idOf(request);
  const { rows } = await pool.query('select id, name, email, tier from customers where id = $1', [id]);
  if (rows.length === 0) throw new HttpError(404, `no customer ${id}`);
  const [customer] = rows;
  // Mistake (pii-attribute): a person's name would be kept by every backend that this span reaches.
  trace.getActiveSpan()?.setAttribute('customer.full_name', customer.name);
  response.json(customer);
}

async function showOrders(request, response) {
  const { rows } = await pool.query(
    'select id, status, total_cents, placed_at from orders where customer_id = $1 order by id desc limit 20',
    [idOf(request)],
  );
  response.json(rows);
}

module.exports = { customerRoutes };
