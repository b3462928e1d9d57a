import { describe, expect, it } from 'vitest';
import { parseForwardHeaders } from '../../../src/protocol/forwardHeaders';

describe('headers for forwarding', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    ['api-key=abc', { 'api-key': 'abc' }],
    [' Authorization = Bearer%20abc== , x-tenant=dev,', { authorization: 'Bearer abc==', 'x-tenant': 'dev' }],
    ['a=1%2C2', { a: '1,2' }],
    ['a=100%', { a: '100%' }],
  ])('"%s" is read as OTEL_EXPORTER_OTLP_HEADERS is', (text, headers) => {
    expect(parseForwardHeaders(text)).toEqual({ headers });
  });

  it.each([
    ['a=1,secretvalue', 'Entry 2'],
    ['=secretvalue', 'Entry 1'],
    ['a b=secretvalue', 'Entry 1'],
    ['content-type=secretvalue', '"content-type"'],
    ['a=secretvalue%0d%0ax: y', '"a"'],
  ])('"%s" is refused without repeating the value', (text, named) => {
    const { fault, headers } = parseForwardHeaders(text);
    expect(headers).toBeUndefined();
    expect(fault).toContain(named);
    expect(fault).not.toContain('secretvalue');
  });
});
