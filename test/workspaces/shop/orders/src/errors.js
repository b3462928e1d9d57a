/** A failure that the caller is told about. */
class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Express 4 does not look at what a handler returns: hands its rejection on. */
const handled = (handler) => (request, response, next) => handler(request, response, next).catch(next);

/** The route's id as a number, or 400. */
function idOf(request) {
  const id = Number(request.params.id);
  if (!Number.isInteger(id) || id < 1) throw new HttpError(400, `"${request.params.id}" is not an id`);
  return id;
}

module.exports = { HttpError, handled, idOf };
