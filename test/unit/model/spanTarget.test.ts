import { describe, expect, it } from 'vitest';
import type { SpanKind } from '../../../src/model/span';
import { spanTarget } from '../../../src/model/spanTarget';

function target(name: string, kind: SpanKind, values: Readonly<Record<string, string>>): string | undefined {
  const attributes = Object.entries(values).map(([key, value]) => ({ key, value: { kind: 'string' as const, value } }));
  return spanTarget({ name, kind, attributes });
}

describe('what a span was about', () => {
  it('is the address of a call, without what is in front of the host and behind the path', () => {
    expect(target('GET', 'client', { 'url.full': 'https://ann:pw@shop.example:8443/items/7?token=1#top' })).toBe(
      'shop.example:8443/items/7',
    );
    expect(target('GET', 'client', { 'http.url': 'http://localhost:8080/helloworld' })).toBe(
      'localhost:8080/helloworld',
    );
    const parts = { 'server.address': 'db.internal', 'server.port': '81', 'http.target': '/a?b=c' };
    expect(target('POST', 'client', parts)).toBe('db.internal:81/a');
  });

  it('is the route of a request, else its path', () => {
    expect(target('GET', 'server', { 'http.route': '/items/:id', 'url.path': '/items/7' })).toBe('/items/:id');
    expect(target('GET', 'server', { 'http.target': '/items/7?x=1' })).toBe('/items/7');
  });

  it('is the statement of a query in one line that ends somewhere', () => {
    expect(target('pg.query:SELECT shop', 'client', { 'db.statement': 'SELECT *\n   FROM items' })).toBe(
      'SELECT * FROM items',
    );
    expect(target('SELECT', 'client', { 'db.query.text': `SELECT ${'a, '.repeat(100)}` })).toHaveLength(121);
  });

  it('is where a message goes', () => {
    expect(target('send', 'producer', { 'messaging.destination.name': 'orders' })).toBe('orders');
  });

  it('is not said twice, nor of what stays in the process', () => {
    expect(target('GET /items/:id', 'server', { 'http.route': '/items/:id' })).toBeUndefined();
    expect(target('orders publish', 'producer', { 'messaging.destination.name': 'orders' })).toBeUndefined();
    expect(target('load', 'internal', { 'url.full': 'http://a/b' })).toBeUndefined();
    expect(target('GET', 'client', {})).toBeUndefined();
  });
});
