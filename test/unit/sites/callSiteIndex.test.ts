import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log';
import { pathsAsTheyAre } from '../../../src/model/mappedPath';
import type { Operation } from '../../../src/model/operation';
import type { Span } from '../../../src/model/span';
import type { SpanSite } from '../../../src/protocol/spanSites';
import { askedFor } from '../../../src/sources/locators/askedFor';
import { CallSiteIndex } from '../../../src/sources/locators/callSiteIndex';
import { createLocators, locateBy } from '../../../src/sources/locators/index';
import { StackSources } from '../../../src/sources/stackSources';
import { SiteIndex } from '../../../src/sources/sites/siteIndex';

const span = (name: string[], line: number, rest: Partial<SpanSite> = {}): SpanSite => ({
  ...{ kind: 'span', name, line, column: 3 },
  ...rest,
});
const operation = (name: string, rest: Partial<Operation> = {}): Operation => ({
  ...{ service: 'orders', scope: 'app', name, kind: 'internal', language: 'nodejs' },
  ...rest,
});

const HTTP = '@opentelemetry/instrumentation-http';
const EXPRESS = '@opentelemetry/instrumentation-express';

/** An index of files by `project/file`; the project's folder is the service's name. */
function indexOf(files: Readonly<Record<string, readonly SpanSite[]>>, isComplete = true): CallSiteIndex {
  const sites = new SiteIndex();
  sites.put({
    files: Object.entries(files).map(([name, found]) => {
      const project = name.split('/')[0];
      return {
        path: `/w/${name}`,
        language: 'javascript',
        project: `/w/${project}`,
        services: [project],
        sites: found,
      };
    }),
    ...(isComplete && { complete: ['javascript'] }),
  });
  return new CallSiteIndex(sites);
}

function drawn(index: CallSiteIndex, asked: Operation): string | undefined {
  const found = index.locate(asked);
  const others = found?.alternatives?.map(({ path, line }) => ` or ${path}:${line}`).join('') ?? '';
  return found && `${found.confidence} ${found.path}:${found.line}${others}`;
}

describe('The call-site index', () => {
  it('is likely right about the only place with a name in the project of the service', () => {
    const index = indexOf({ 'orders/a.ts': [span(['pay'], 4)], 'stock/b.ts': [span(['count'], 9)] });
    expect(drawn(index, operation('pay'))).toBe('likely /w/orders/a.ts:4');
  });

  it('tells two services with the same names apart', () => {
    const index = indexOf({ 'orders/a.ts': [span(['work'], 4)], 'stock/b.ts': [span(['work'], 9)] });
    expect(drawn(index, operation('work', { service: 'stock' }))).toBe('likely /w/stock/b.ts:9');
    expect(drawn(index, operation('work', { service: '@shop/orders' }))).toBe('likely /w/orders/a.ts:4');
  });

  it('gives spans of a server that know no route the place where it is made', () => {
    const server = span(['a server'], 7, { kind: 'server' });
    const index = indexOf({ 'orders/a.ts': [server, span(['GET /a'], 9, { kind: 'route' })] });
    const asked = (name: string) => drawn(index, operation(name, { kind: 'server', scope: HTTP }));
    expect(asked('GET')).toBe('likely /w/orders/a.ts:7');
    expect(asked('GET /a')).toBe('likely /w/orders/a.ts:9');
    // A package may have registered it.
    expect(asked('GET /b')).toBe('possible /w/orders/a.ts:7');
  });

  it('leaves routes of strangers alone, whose spans come over the shared ports', () => {
    const index = indexOf({ 'orders/a.ts': [span(['a server'], 7, { kind: 'server' })] });
    const asked = (name: string) => drawn(index, operation(name, { kind: 'server', scope: HTTP, service: 'shop' }));
    expect(asked('GET /items/:id')).toBeUndefined();
    // Nothing but the method: the only server there is.
    expect(asked('GET')).toBe('likely /w/orders/a.ts:7');
  });

  it('leads from middleware to where it is set up, unless nothing tells it from others', () => {
    const set = (name: string, line: number) => span([`middleware - ${name}`], line, { kind: 'middleware' });
    const audit = { ...set('audit', 3), functionName: 'audit' };
    const index = indexOf({ 'orders/a.ts': [audit, set('<anonymous>', 5)] });
    const asked = (name: string) => drawn(index, operation(`middleware - ${name}`, { scope: EXPRESS }));
    expect([asked('audit'), asked('<anonymous>')]).toEqual(['likely /w/orders/a.ts:3', 'possible /w/orders/a.ts:5']);
    const several = indexOf({ 'orders/a.ts': [set('<anonymous>', 5), set('<anonymous>', 6)] });
    expect(drawn(several, operation('middleware - <anonymous>', { scope: EXPRESS }))).toBeUndefined();
  });

  it('takes Koa’s and hapi’s routers for the routes that they are', () => {
    const index = indexOf({ 'orders/a.ts': [span(['GET /rooms/:id'], 3, { kind: 'route' })] });
    const asked = (scope: string) => drawn(index, operation('router - /rooms/:id', { scope }));
    expect(asked('@opentelemetry/instrumentation-koa')).toBe('likely /w/orders/a.ts:3');
    expect(asked(EXPRESS)).toBeUndefined();
  });

  it('says of several places that each is possible, and which', () => {
    const index = indexOf({ 'orders/a.ts': [span(['work'], 4), span(['work'], 8)] });
    expect(drawn(index, operation('work'))).toBe('possible /w/orders/a.ts:4 or /w/orders/a.ts:8');
    expect(index.locate(operation('work'))?.reason).toBe('one of 2 places in the sources with this span name');
  });

  it('is not sure of the only place when nothing ties the service to one of several projects', () => {
    const index = indexOf({ 'orders/a.ts': [span(['pay'], 4)], 'stock/b.ts': [span(['count'], 9)] });
    expect(drawn(index, operation('pay', { service: 'elsewhere' }))).toBe('possible /w/orders/a.ts:4');
  });

  it('goes by the tracer before the service, and by no other tracer', () => {
    const index = indexOf({
      'orders/a.ts': [span(['pay'], 4, { tracer: 'one' })],
      'lib/b.ts': [span(['pay'], 7, { tracer: 'two' })],
    });
    expect(drawn(index, operation('pay', { scope: 'two' }))).toBe('likely /w/lib/b.ts:7');
    expect(drawn(index, operation('pay', { scope: 'three' }))).toBeUndefined();
  });

  it('does not take spans of instrumentations for those that the user starts', () => {
    const index = indexOf({ 'orders/a.ts': [span(['pg.query'], 4)] });
    const scope = '@opentelemetry/instrumentation-pg';
    expect(drawn(index, operation('pg.query', { scope }))).toBeUndefined();
  });

  it('takes the pattern that says most of a name, when no place has the name itself', () => {
    const index = indexOf({
      'orders/a.ts': [span(['user ', ''], 4), span(['user ', ' of shop'], 5), span(['user 7'], 6)],
    });
    expect(drawn(index, operation('user 8'))).toBe('likely /w/orders/a.ts:4');
    expect(drawn(index, operation('user 8 of shop'))).toBe('likely /w/orders/a.ts:5');
    expect(drawn(index, operation('user 7'))).toBe('likely /w/orders/a.ts:6');
  });

  it('finds the route of a server span and of what a framework calls its handler', () => {
    const index = indexOf({
      'orders/a.ts': [
        span(['GET /users/:id'], 4, { kind: 'route' }),
        span(['POST /users/:id'], 5, { kind: 'route' }),
        span(['/any'], 6, { kind: 'route' }),
      ],
    });
    expect(drawn(index, operation('GET /users/:id', { kind: 'server' }))).toBe('likely /w/orders/a.ts:4');
    expect(drawn(index, operation('GET /any', { kind: 'server' }))).toBe('possible /w/orders/a.ts:6');
    expect(drawn(index, operation('GET /users/:id', { kind: 'client' }))).toBeUndefined();
  });

  it('knows nothing of other languages, nor before all files were read', () => {
    const files = { 'orders/a.ts': [span(['pay'], 4)] };
    expect(drawn(indexOf(files), operation('pay', { language: 'python' }))).toBeUndefined();
    expect(drawn(indexOf(files), operation('pay', { language: 'rust' }))).toBeUndefined();
    expect(drawn(indexOf(files, false), operation('pay'))).toBeUndefined();
  });

  it('takes a request to another service for the only call of its method, and possibly at that', () => {
    const call = (line: number): SpanSite => span(['GET'], line, { kind: 'client' });
    const asked = operation('GET', { kind: 'client', scope: '@opentelemetry/instrumentation-undici' });
    expect(drawn(indexOf({ 'orders/a.ts': [call(4)] }), asked)).toBe('possible /w/orders/a.ts:4');
    expect(drawn(indexOf({ 'orders/a.ts': [call(4), call(5)] }), asked)).toBeUndefined();
  });
});

describe('A span that no index knows', () => {
  const at = (name: string, rest: Partial<Span> = {}) =>
    ({
      name,
      service: 'orders',
      scope: { name: 'app' },
      kind: 'internal',
      resource: [],
      attributes: [],
      events: [],
      ...rest,
    }) as unknown as Span;
  const stacks = new StackSources(pathsAsTheyAre, silentLog);
  const pays = indexOf({ 'orders/a.ts': [span(['pay'], 4)] });
  const locators = createLocators(pays, stacks, askedFor(pays));
  const located = (ancestors: Span[]) =>
    locateBy(locators, { span: at('query'), operation: operation('query'), ancestors: () => ancestors });

  it('has the line of the nearest span around it that has one, possibly', () => {
    expect(located([at('pool'), at('pay'), at('pay')])).toMatchObject({ line: 4, confidence: 'possible' });
    expect(located([at('pay')])?.reason).toMatch(
      /^line of the span that called it, "pay" \(the only place in the sources/,
    );
  });

  it('has no line of another service', () => {
    expect(located([at('pay', { service: 'shop' })])).toBeUndefined();
  });
});

describe('Spans of calls that go by one name', () => {
  const query = (line: number, ...asks: string[]) => span(['SELECT'], line, { kind: 'client', asks });
  const SELECT = operation('SELECT', { kind: 'client' });

  /** What asks for it, of spans with such attributes. */
  function asking(index: CallSiteIndex, key: string, text: string, asked = SELECT): string | undefined {
    const attributes = [{ key, value: { kind: 'string', value: text } }];
    const found = askedFor(index).locate({
      span: { attributes } as unknown as Span,
      operation: asked,
      ancestors: () => [],
    });
    const others = found?.alternatives?.map(({ line }) => ` or ${line}`).join('') ?? '';
    return found && `${found.confidence} ${found.line}${others}`;
  }

  it('stand where that is asked for', () => {
    const index = indexOf({
      'orders/a.ts': [query(1, 'select a'), query(2, 'select b'), query(3, 'select c where d = ', '')],
    });
    expect(asking(index, 'db.statement', '  select b;\n')).toBe('likely 2');
    expect(asking(index, 'db.query.text', 'select c where d = 5')).toBe('likely 3');
    expect(asking(index, 'db.query.text', 'select e')).toBeUndefined();
    expect(asking(index, 'db.system', 'select a')).toBeUndefined();
  });

  it('of HEAD stand where GET is answered', () => {
    const route = (name: string[], line: number) => span(name, line, { kind: 'route' });
    const index = indexOf({ 'orders/a.ts': [route(['GET /a'], 1), route(['/a'], 2)] });
    expect(drawn(index, operation('HEAD /a', { kind: 'server' }))).toBe('likely /w/orders/a.ts:1');
  });

  it('of a router’s layers may be any that is set up at their path', () => {
    const route = (name: string[], line: number) => span(name, line, { kind: 'route' });
    const index = indexOf({ 'orders/a.ts': [route(['', '/a'], 1), route(['GET ', '/a'], 2)] });
    const layer = operation('router - /a', { scope: '@opentelemetry/instrumentation-koa' });
    expect(drawn(index, layer)).toBe('possible /w/orders/a.ts:1 or /w/orders/a.ts:2');
  });

  it('have alternatives where several ask for the same, but for those of other services', () => {
    const files = { 'orders/a.ts': [query(1, 'select a'), query(2, 'select a')], 'stock/b.ts': [query(3, 'select a')] };
    expect(asking(indexOf(files), 'db.statement', 'select a')).toBe('possible 1 or 2');
    expect(asking(indexOf(files), 'db.statement', 'select a', { ...SELECT, service: 'stock' })).toBe('likely 3');
  });

  it('are not sure while a helper of the program may ask for anything', () => {
    const get = (line: number, ...asks: string[]) =>
      span(['GET'], line, { kind: 'client', ...(asks.length > 0 && { asks }) });
    const asked = operation('GET', { kind: 'client', scope: HTTP });
    const url = 'http://stock:80/items/4?full=1';
    const index = indexOf({ 'orders/a.ts': [get(1, '', '/items/', '')] });
    expect(asking(index, 'url.full', url, asked)).toBe('likely 1');
    expect(asking(indexOf({ 'orders/a.ts': [get(1, '', '/items/', ''), get(9)] }), 'url.full', url, asked)).toBe(
      'possible 1',
    );
    expect(
      asking(indexOf({ 'orders/a.ts': [get(1, '', '/items')] }), 'http.url', 'http://stock/items?all', asked),
    ).toBe('likely 1');
  });

  it('are looked for among calls alone', () => {
    const index = indexOf({ 'orders/a.ts': [query(1, 'select a')] });
    expect(asking(index, 'db.statement', 'select a', operation('SELECT', { kind: 'internal' }))).toBeUndefined();
  });
});
