const express = require('express');
const { customerRoutes } = require('./customers');
const { HttpError } = require('./errors');
const { orderRoutes } = require('./orderRoutes');
const { productRoutes } = require('./products');
const { reportRoutes } = require('./reports');

function createApp() {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '100kb' }));
  app.get('/health', (_request, response) => response.json({ ok: true }));
  app.use('/products', productRoutes());
  app.use('/orders', orderRoutes());
  app.use('/customers', customerRoutes());
  app.use('/reports', reportRoutes());
  app.use((request, _response, next) => next(new HttpError(404, `nothing at ${request.path}`)));
  app.use(answerError);
  return app;
}

// Express knows an error handler by its four parameters.
function answerError(error, _request, response, _next) {
  const status = error instanceof HttpError ? error.status : 500;
  if (status === 500) console.error(`orders: ${error.stack}`);
  response.status(status).json({ error: status === 500 ? 'internal error' : error.message });
}

module.exports = { createApp };
