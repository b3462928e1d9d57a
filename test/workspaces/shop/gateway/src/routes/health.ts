import type { FastifyInstance } from 'fastify';

const NEEDED = {
  orders: `http://127.0.0.1:${process.env.ORDERS_PORT ?? 47101}/health`,
  payments: `http://127.0.0.1:${process.env.PAYMENTS_PORT ?? 47102}/health`,
};
/** Services that have answered once: they are not asked again. */
const seen = new Set<string>();

/** 200 once everything behind the gateway has answered. */
export async function healthRoutes(app: FastifyInstance): Promise<void> {
  app.get('/health', async (_request, reply) => {
    for (const [service, url] of Object.entries(NEEDED)) {
      if (!seen.has(service) && (await answers(url))) seen.add(service);
    }
    const missing = Object.keys(NEEDED).filter((service) => !seen.has(service));
    return reply.status(missing.length > 0 ? 503 : 200).send({ missing });
  });
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );
