const { Router } = require('express');
const { pool } = require('./database');
const { HttpError, handled, idOf } = require('./errors');

const CATEGORIES = new Set(['kitchen', 'desk', 'outdoors']);

function productRoutes() {
  const routes = Router();
  routes.get('/', handled(listProducts));
  routes.get('/:id', handled(showProduct));
  routes.get('/:id/stock', handled(showStock));
  routes.get('/:id/reviews', handled(showReviews));
  return routes;
}

async function listProducts(request, response) {
  const { category } = request.query;
  if (category !== undefined && !CATEGORIES.has(category)) throw new HttpError(400, `no category "${category}"`);
  const { rows } = await pool.query(
    'select id, name, category, price_cents from products where $1::text is null or category = $1 order by name',
    [category ?? null],
  );
  response.json(rows);
}

async function showProduct(request, response) {
  const id = idOf(request);
  const { rows } = await pool.query('select id, name, category, price_cents from products where id = $1', [id]);
  if (rows.length === 0) throw new HttpError(404, `no product ${id}`);
  response.json(rows[0]);
}

async function showStock(request, response) {
  const { rows } = await pool.query('select stock from products where id = $1', [idOf(request)]);
  response.json({ inStock: rows[0]?.stock ?? 0 });
}

async function showReviews(request, response) {
  const { rows } = await pool.query('select stars, text from reviews where product_id = $1 order by id desc limit 5', [
    idOf(request),
  ]);
  response.json(rows);
}

module.exports = { productRoutes };
