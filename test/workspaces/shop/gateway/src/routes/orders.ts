import type { FastifyInstance } from 'fastify';
import { fetchBoughtTogether, fetchCustomer, fetchOrder, fetchOrdersOf } from '../clients/orders.ts';

const ID = { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] };

export async function orderRoutes(app: FastifyInstance): Promise<void> {
  app.get<{ Params: { id: number } }>('/orders/:id', { schema: { params: ID } }, ({ params }) => fetchOrder(params.id));

  app.get<{ Params: { id: number } }>('/customers/:id/orders', { schema: { params: ID } }, async ({ params }) => {
    const [customer, orders] = await Promise.all([fetchCustomer(params.id), fetchOrdersOf(params.id)]);
    return { customer: customer.name, orders };
  });

  app.get('/reports/bought-together', () => fetchBoughtTogether());
}
