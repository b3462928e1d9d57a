import type { FastifyInstance } from 'fastify';
import { checkOut, type Cart } from '../checkout/checkOut.ts';

const CART = {
  type: 'object',
  required: ['id', 'customerId', 'items', 'card'],
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 64 },
    customerId: { type: 'integer', minimum: 1 },
    coupon: { type: 'string', maxLength: 20 },
    items: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: {
        type: 'object',
        required: ['productId', 'quantity'],
        properties: {
          productId: { type: 'integer', minimum: 1 },
          quantity: { type: 'integer', minimum: 1, maximum: 9 },
        },
      },
    },
    card: {
      type: 'object',
      required: ['number', 'expires'],
      properties: { number: { type: 'string' }, expires: { type: 'string' } },
    },
  },
};

export async function checkoutRoutes(app: FastifyInstance): Promise<void> {
  app.post<{ Body: Cart }>('/checkout', { schema: { body: CART } }, async ({ body }, reply) => {
    const receipt = await checkOut(body);
    return reply.status(201).send(receipt);
  });
}
