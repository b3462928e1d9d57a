import { describe, expect, it } from 'vitest';
import { REASON_KEY, ROUTE_REASON } from '../../../src/model/codeAttributes';
import { at, spanId, storeWith, type TestSpan, traceId } from './requests';

const FILE = '/app/a.ts';

const INTERNAL = 1;
const SERVER = 2;
const ERROR = 2;

/** A request and the framework's layer that answers it. */
function requestOf(trace: number, lines: { readonly request?: number; readonly layer: number }): TestSpan[] {
  const setUpAt = (line: number) => ({ [REASON_KEY]: ROUTE_REASON, ...at(line) });
  const layer = { trace, id: 2, parent: 1, name: 'request handler - /books', kind: INTERNAL, start: 10, end: 60 };
  const own = { trace, id: 1, name: 'GET /books', kind: SERVER, end: 100, status: ERROR };
  return [
    { ...layer, status: ERROR, attributes: setUpAt(lines.layer) },
    ...(lines.request === undefined ? [] : [{ ...own, attributes: setUpAt(lines.request) }]),
  ];
}

describe('A framework’s span for the handler of a request', () => {
  it('is not counted where the request’s own span stands on the same line', () => {
    const store = storeWith(...requestOf(1, { request: 7, layer: 7 }), ...requestOf(2, { request: 7, layer: 7 }));
    expect(store.fileStats(FILE).lines).toMatchObject([
      { line: 7, count: 2, errors: 2, max: 100, names: ['GET /books'] },
    ]);
    expect(store.spansAt(FILE, 7, 10).map((span) => span.spanId)).toEqual([spanId(1), spanId(1)]);
  });

  it('counts on a line of its own, and where no request stands', () => {
    const store = storeWith(...requestOf(1, { request: 7, layer: 9 }), ...requestOf(2, { layer: 9 }));
    expect(store.fileStats(FILE).lines).toMatchObject([
      { line: 7, count: 1, max: 100 },
      { line: 9, count: 2, max: 50 },
    ]);
  });

  it('keeps its place', () => {
    const store = storeWith(...requestOf(1, { request: 7, layer: 7 }));
    expect(store.span(traceId(1), spanId(2))).toMatchObject({ location: { line: 7 } });
  });

  it('does not hide what the program traces itself on that line', () => {
    const own = { trace: 3, id: 3, attributes: at(7) };
    const store = storeWith(...requestOf(1, { request: 7, layer: 7 }), own);
    expect(store.fileStats(FILE).lines).toMatchObject([{ line: 7, count: 2 }]);
  });
});
