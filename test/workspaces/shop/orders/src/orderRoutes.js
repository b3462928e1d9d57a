const { Router } = require('express');
const { HttpError, handled, idOf } = require('./errors');
const { findOrder, placeOrder } = require('./orderRepository');

const MOST_ITEMS = 20;

function orderRoutes() {
  const routes = Router();
  routes.get('/:id', handled(showOrder));
  routes.post('/', handled(createOrder));
  return routes;
}

async function showOrder(request, response) {
  const id = idOf(request);
  const order = await findOrder(id);
  if (!order) throw new HttpError(404, `no order ${id}`);
  response.json(order);
}

async function createOrder(request, response) {
  const { customerId, items } = request.body;
  if (!Number.isInteger(customerId)) throw new HttpError(400, 'customerId is missing');
  if (!Array.isArray(items) || items.length === 0 || items.length > MOST_ITEMS) {
    throw new HttpError(400, `an order has 1 to ${MOST_ITEMS} items`);
  }
  response.status(201).json(await placeOrder(customerId, items));
}

module.exports = { orderRoutes };
