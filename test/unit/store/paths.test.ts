import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base/log';
import type { MappedPath, PathMapper } from '../../../src/model/mappedPath';
import { SpanStore } from '../../../src/store/spanStore';
import { at, origin, request, spanId, traceId, type TestSpan } from './requests';

/** Paths of elsewhere by what they are here. */
class Mapper implements PathMapper {
  generation = 0;
  constructor(public table: Record<string, Partial<MappedPath> | ((service?: string) => Partial<MappedPath>)> = {}) {}

  map(path: string, service?: string): MappedPath {
    const found = this.table[path];
    const mapped = typeof found === 'function' ? { ...found(service), byService: true } : found;
    return { path, confidence: 'certain', ...mapped };
  }
}

const HERE = { path: '/ws/a.ts', confidence: 'likely', reason: '/app/a.ts ends like it' } as const;

function storeWith(mapper: Mapper, spans: readonly TestSpan[], service = 'shop'): SpanStore {
  const store = new SpanStore({ maxBytes: 64 * 1024 * 1024, log: silentLog, paths: mapper });
  store.append(request(spans, service), origin());
  return store;
}

describe('spans whose file is another one here', () => {
  test('count on the line of the file here, with the lesser confidence and both reasons', () => {
    const store = storeWith(new Mapper({ '/app/a.ts': HERE }), [{ trace: 1, id: 1, attributes: at(7) }]);
    expect(store.fileStats('/ws/a.ts').lines).toMatchObject([
      { line: 7, count: 1, confidence: 'likely', reason: 'the span’s own code attributes; /app/a.ts ends like it' },
    ]);
    expect(store.fileStats('/app/a.ts').lines).toEqual([]);
    expect(store.files()).toEqual(['/ws/a.ts']);
    expect(store.takeChangedFiles()).toEqual(['/ws/a.ts']);
    expect(store.spansAt('/ws/a.ts', 7, 10)).toEqual([{ traceId: traceId(1), spanId: spanId(1) }]);
  });

  test('are shown there, with what else they could be', () => {
    const candidates = ['/ws/a.ts', '/ws/b/a.ts'];
    const store = storeWith(new Mapper({ '/app/a.ts': { ...HERE, candidates } }), [
      { trace: 1, id: 1, attributes: at(7) },
    ]);
    expect(store.span(traceId(1), spanId(1))?.location).toEqual({
      path: '/ws/a.ts',
      recorded: '/app/a.ts',
      line: 7,
      confidence: 'likely',
      reason: 'the span’s own code attributes; /app/a.ts ends like it',
      candidates,
    });
  });

  test('move when their file turns out to be another', () => {
    const mapper = new Mapper();
    const store = storeWith(mapper, [{ trace: 1, id: 1, attributes: at(7) }]);
    expect(store.takeChangedFiles()).toEqual(['/app/a.ts']);
    mapper.table = { '/app/a.ts': HERE };
    mapper.generation++;
    expect(store.takeChangedFiles().sort()).toEqual(['/app/a.ts', '/ws/a.ts']);
    expect(store.takeChangedFiles()).toEqual([]);
    expect(store.fileStats('/ws/a.ts').lines).toMatchObject([{ line: 7, count: 1 }]);
  });

  test('count together with those that name it otherwise', () => {
    const store = storeWith(new Mapper({ '/app/a.ts': HERE }), [
      { trace: 1, id: 1, end: 100, name: 'x', status: 2, attributes: at(7) },
      { trace: 1, id: 2, end: 100, name: 'x', attributes: at(7, '/ws/a.ts') },
      { trace: 1, id: 3, end: 900, name: 'y', attributes: at(7, '/ws/a.ts') },
      { trace: 1, id: 4, attributes: at(9, '/ws/a.ts') },
    ]);
    const [seven, nine] = store.fileStats('/ws/a.ts').lines;
    expect(seven).toMatchObject({ line: 7, count: 3, errors: 1, max: 900, names: ['x', 'y'], distinctNames: 2 });
    expect(seven).toMatchObject({ confidence: 'certain', latest: { spanId: spanId(3) } });
    expect(nine).toMatchObject({ line: 9, count: 1 });
    expect(store.spansAt('/ws/a.ts', 7, 10).map((ref) => ref.spanId)).toEqual([3, 2, 1].map(spanId));
  });

  test('are compared with the run before, although that ran elsewhere', () => {
    const store = storeWith(new Mapper({ '/app/a.ts': HERE }), [{ trace: 1, id: 1, end: 100, attributes: at(7) }]);
    store.append(request([{ trace: 2, id: 1, end: 300, attributes: at(7, '/ws/a.ts') }]), origin('run-2'));
    expect(store.fileStats('/ws/a.ts').lines).toMatchObject([
      { line: 7, count: 1, run: 'run-2', max: 300, previousRun: 'run-1', previous: { count: 1, max: 100 } },
    ]);
  });

  test('of two services are told apart where the path is the same', () => {
    const mapper = new Mapper({
      '/app/a.ts': (service) => (service === undefined ? {} : { path: `/ws/${service}/a.ts` }),
    });
    const store = storeWith(mapper, [{ trace: 1, id: 1, attributes: at(7) }], 'cart');
    store.append(request([{ trace: 2, id: 2, attributes: at(8) }], 'bank'), origin());
    expect(store.fileStats('/ws/cart/a.ts').lines.map(({ line }) => line)).toEqual([7]);
    expect(store.fileStats('/ws/bank/a.ts').lines.map(({ line }) => line)).toEqual([8]);
    expect(store.takeChangedFiles().sort()).toEqual(['/ws/bank/a.ts', '/ws/cart/a.ts']);
    expect(store.span(traceId(2), spanId(2))?.location?.path).toBe('/ws/bank/a.ts');
  });
});
