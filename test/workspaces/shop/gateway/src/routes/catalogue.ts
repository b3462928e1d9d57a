import { trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { fetchProduct, fetchProducts, fetchReviews, fetchStock } from '../clients/orders.ts';
import { recommend } from '../recommendations.ts';

const tracer = trace.getTracer('gateway');
const ID = { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] };

export async function catalogueRoutes(app: FastifyInstance): Promise<void> {
  app.get<{ Querystring: { category?: string } }>('/products', async ({ query }) => {
    const products = await fetchProducts(query.category);
    return { products, recommended: await recommend() };
  });

  app.get<{ Params: { id: number } }>('/products/:id', { schema: { params: ID } }, async ({ params }) =>
    productPage(params.id),
  );
}

async function productPage(id: number) {
  // Mistake (context-dropped): the span is never made active, so the three calls below hang beside it, not under it.
  const span = tracer.startSpan('product.page', { attributes: { 'product.id': id } });
  try {
    // One after the other, although none needs the other's answer: three bars like stairs in the waterfall.
    const product = await fetchProduct(id);
    const stock = await fetchStock(id);
    const reviews = await fetchReviews(id);
    return { ...product, ...stock, reviews };
  } finally {
    span.end();
  }
}
