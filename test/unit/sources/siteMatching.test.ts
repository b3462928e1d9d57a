import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/model/operation';
import type { SpanSite } from '../../../src/protocol/spanSites';
import { CallSiteIndex } from '../../../src/sources/locators/callSiteIndex';
import { isSameService } from '../../../src/sources/sites/candidates';
import { SiteIndex } from '../../../src/sources/sites/siteIndex';

const site = (kind: SpanSite['kind'], line: number, ...name: string[]): SpanSite => ({ kind, name, line, column: 1 });

function indexOf(...sites: readonly SpanSite[]): CallSiteIndex {
  const index = new SiteIndex();
  const file = { path: '/ws/cart/a.java', language: 'java', project: '/ws/cart', services: ['cart'], sites } as const;
  index.put({ files: [file], complete: ['java'] });
  return new CallSiteIndex(index);
}

function operation(members: Partial<Operation>): Operation {
  return {
    service: 'cart',
    scope: 'io.opentelemetry.grpc-1.6',
    name: 'x',
    kind: 'internal',
    language: 'java',
    ...members,
  };
}

describe('a span of gRPC', () => {
  const index = indexOf(site('route', 3, '', 'CartService/AddItem'), site('client', 9, '', '/AddItem'));
  const name = 'shop.CartService/AddItem';

  test('is where it is served at the server', () => {
    expect(index.locate(operation({ name, kind: 'server' }))).toMatchObject({ line: 3, confidence: 'likely' });
  });

  test('is where it is called at the client, although the server’s name says more', () => {
    expect(index.locate(operation({ name, kind: 'client' }))).toMatchObject({ line: 9 });
  });
});

test('a span of an annotated method is made by an instrumentation, on the method', () => {
  const scope = 'io.opentelemetry.opentelemetry-instrumentation-annotations-1.16';
  const index = indexOf(site('decorator', 5, 'Cart.add'), site('span', 7, 'Cart.add'));
  expect(index.locate(operation({ name: 'Cart.add', scope }))).toMatchObject({ line: 5, confidence: 'likely' });
});

test.each([
  ['product-catalog', 'productcatalogservice', true],
  ['@shop/orders', 'orders', true],
  ['orders', 'orders-svc', true],
  ['service', 'service', true],
  ['orders', 'orders-web', false],
  ['cart', 'cartoon', false],
])('a project called %s and a service called %s: the same is %s', (project, service, same) => {
  expect(isSameService(project, service)).toBe(same);
});
