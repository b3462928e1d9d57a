import { describe, expect, it } from 'vitest';
import { newStore, origin, request, type TestSpan } from './requests';

function listed(span: Partial<TestSpan>) {
  const store = newStore();
  store.append(request([{ trace: 1, id: 1, ...span }]), origin());
  return store.traces({ limit: 1 })[0].rootPath;
}

describe('a request whose route nobody knows', () => {
  it.each([
    ['GET', { 'url.path': '/posts/1' }, '/posts/1'],
    ['HTTP POST', { 'http.target': '/posts?draft=1' }, '/posts'],
    ['DELETE', { 'url.full': 'http://localhost:3000/posts/1?x#y' }, '/posts/1'],
    ['GET', { 'http.url': 'http://localhost:3000' }, '/'],
    ['GET', { 'http.url': 'http://localhost/old', 'url.path': '/new' }, '/new'],
  ])('is listed with its path: %s %o', (name, attributes, path) => {
    expect(listed({ name, attributes })).toBe(path);
  });

  it.each([
    ['GET /posts/:id', { 'url.path': '/posts/1' }],
    ['GETTER', { 'url.path': '/posts/1' }],
    ['GET', { 'http.route': '' }],
  ])('is no span that says more, or says nothing: %s %o', (name, attributes) => {
    expect(listed({ name, attributes })).toBeUndefined();
  });
});
