import { describe, expect, test } from 'vitest';
import { names, namesIn, RecorderBench } from './recorderBench';

const journalOf = (bench: RecorderBench) => bench.noted.map((batches) => names(batches).join(';'));

describe('the journal', () => {
  test('has what ended at the end of the turn, before it is sent', () => {
    const bench = new RecorderBench({ journal: true });
    bench.end('a');
    bench.end('b');
    expect(bench.noted).toEqual([]);
    bench.pass(0);
    expect(journalOf(bench)).toEqual(['a,b']);
    expect(bench.sent).toEqual([]);
    bench.pass(10);
    expect(names(bench.sent)).toEqual(['a,b']);
    expect(bench.noted[0][0]).toEqual(bench.sent[0]);
    bench.end('c');
    bench.pass(0);
    bench.end('d');
    bench.pass(200);
    expect(bench.posted[1]).toEqual(bench.noted.slice(1).flat());
  });

  test('is written turn by turn for the first thousand spans, and every fifty milliseconds where they stay many', () => {
    const bench = new RecorderBench({ journal: true });
    const endOften = (spans: number, distance: number) => {
      const before = bench.noted.length;
      for (let i = 0; i < spans; i++) {
        bench.end('s');
        bench.pass(distance);
      }
      return bench.noted.length - before;
    };
    expect(endOften(900, 0.2)).toBe(900);
    endOften(300, 0.2);
    expect(endOften(5000, 0.2)).toBeGreaterThan(15);
    expect(endOften(5000, 0.2)).toBeLessThan(35);
    bench.pass(50);
    expect(journalOf(bench).join().split(',').filter(Boolean)).toHaveLength(11_200);
    bench.pass(6000);
    expect(endOften(100, 0.2)).toBe(100);
  });

  test('does not slow down for a program that ends eighty spans a second', () => {
    const bench = new RecorderBench({ journal: true });
    for (let i = 0; i < 1500; i++) {
      bench.end('s');
      bench.pass(1);
      expect(bench.noted).toHaveLength(i + 1);
      bench.pass(11.5);
    }
  });

  test('does not wait for the end of a turn that takes long', () => {
    const bench = new RecorderBench({ journal: true });
    bench.end('a');
    bench.now += 51;
    bench.end('b');
    expect(journalOf(bench)).toEqual(['a,b']);
  });

  test('of a worker has what ended at once, since its turn may never end', async () => {
    const bench = new RecorderBench({ journal: true, thread: 1 });
    bench.end('a');
    bench.end('b');
    await Promise.resolve();
    expect(journalOf(bench)).toEqual(['a,b']);
  });

  test('names a resource once in the parts of a batch', () => {
    const bench = new RecorderBench({ journal: true });
    const resource = { attributes: { 'service.name': 'shop' } };
    bench.end('a', { resource });
    bench.pass(1);
    bench.end('b', { resource });
    bench.end('c', { resource: { attributes: {} } });
    bench.pass(1);
    expect(new Set(bench.noted.flat().map(({ id }) => id)).size).toBe(1);
    const resources = bench.noted.flatMap(([{ resourceSpans }]) => resourceSpans as object[]);
    expect(resources.map((group) => ('resource' in group ? 'named' : group))).toMatchObject([
      'named',
      { spanlineResource: 0 },
      'named',
    ]);
    bench.pass(10);
    expect(names(bench.sent)).toEqual(['a,b,c']);
    const [sent] = bench.sent;
    expect(sent.resourceSpans.map((group) => (group as { resource?: unknown }).resource)).toEqual([
      { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      { attributes: [] },
    ]);
  });

  test('holds once what waits for its resource', () => {
    const bench = new RecorderBench({ journal: true });
    const resource = { asyncAttributesPending: true, attributes: {}, _rawAttributes: [['a', 1]] } as const;
    bench.end('early', { resource: { ...resource, _rawAttributes: [['b', new Promise<string>(() => {})]] } });
    bench.pass(100);
    expect(journalOf(bench)).toEqual(['early']);
    expect(bench.sent).toEqual([]);
    bench.pass(1000);
    expect(names(bench.sent)).toEqual(['early']);
  });

  test('ends with what the process says at its end', () => {
    const bench = new RecorderBench({ journal: true });
    bench.end('a');
    bench.pass(0);
    bench.end('b');
    bench.start('open');
    bench.recorder.processExits(3);
    expect(journalOf(bench)).toEqual(['a', 'b']);
    expect(bench.noted[1]).toMatchObject([{ exitCode: 3 }]);
    expect(namesIn(bench.noted[1][0].open)).toEqual(['open']);
    expect(bench.spooled).toEqual([]);
    bench.end('in an exit listener');
    expect(names(bench.spooled)).toEqual(['in an exit listener']);
  });

  test('is written anew when it is long and the engine has most of it', () => {
    const bench = new RecorderBench({ journal: true });
    const longName = 'x'.repeat(100_000);
    bench.start('under way');
    for (let i = 0; i < 14; i++) {
      bench.end(longName);
      bench.pass(500);
    }
    const anew = bench.noted.findIndex((batches) => batches.length === 0);
    expect(anew).toBeGreaterThan(10);
    expect(names(bench.noted[anew + 1])).toEqual(['']);
    expect(namesIn(bench.noted[anew + 1][0].open)).toEqual(['under way']);
    expect(bench.noted.filter((batches) => batches.length === 0)).toHaveLength(1);
  });

  test('gives way to memory where it cannot be written', () => {
    const bench = new RecorderBench();
    bench.end('a');
    bench.pass(10);
    expect([bench.noted, names(bench.sent)]).toEqual([[], ['a']]);
  });
});

describe('a span under way', () => {
  test('is told of once, when it has been for a while', () => {
    const bench = new RecorderBench({ journal: true });
    const end = bench.start('slow');
    bench.pass(99);
    expect(bench.sent).toEqual([]);
    bench.pass(101);
    expect(bench.sent.map(({ open }) => namesIn(open))).toEqual([['slow']]);
    expect(bench.noted.flat()).toEqual(bench.sent);
    bench.pass(5000);
    expect(bench.sent).toHaveLength(1);
    end();
    bench.pass(300);
    expect(names(bench.sent)).toEqual(['', 'slow']);
  });

  test('is not told of when it ends soon', () => {
    const bench = new RecorderBench();
    for (let i = 0; i < 20; i++) {
      const end = bench.start('quick');
      bench.pass(90);
      end();
    }
    bench.pass(1000);
    expect(bench.sent.flatMap(({ open }) => namesIn(open))).toEqual([]);
  });

  test('is in the journal once somebody has looked at it', () => {
    const bench = new RecorderBench({ journal: true });
    bench.start('at the breakpoint');
    bench.recorder.snapshot();
    expect(bench.noted.flat().flatMap(({ open }) => namesIn(open))).toEqual(['at the breakpoint']);
  });

  test('is left to the end of the process where tests run', () => {
    const bench = new RecorderBench({ eager: true });
    bench.start('test');
    bench.pass(1000);
    expect([bench.sent, bench.spooled]).toEqual([[], []]);
  });
});
