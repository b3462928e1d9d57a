import { expect, test } from 'vitest';
import { framesOf, type PoolCall } from '../../../src/preload/capture/callStack';
import { isDriverScope, PoolCalls } from '../../../src/preload/capture/poolCalls';
import { inPackage } from './packageFiles';

const PG = '@opentelemetry/instrumentation-pg';
type Connected = (client: string) => void;

/** Hands out its one connection as pg-pool does: to whoever waits, in the turn of whoever gives it back. */
function pgPool() {
  class Pool {
    private readonly waiting: Connected[] = [];
    readonly started: (PoolCall | undefined)[] = [];

    connect(connected: Connected): void {
      this.waiting.push(connected);
    }

    query(_text: string, done: () => void): void {
      this.connect(() => {
        this.started.push(calls.current());
        done();
      });
    }

    release(): void {
      this.waiting.shift()?.('connection');
    }
  }
  const calls = new PoolCalls();
  expect(calls.compiled(inPackage('/app/node_modules/pg-pool/index.js'), Pool)).toBe(Pool);
  return { calls, pool: new Pool() };
}

const functionsOf = (call: PoolCall | undefined) =>
  framesOf(call ?? {}).map((frame) => frame.getFunctionName()) as string[];

test('a query that gets its connection in another query’s turn is known by its own caller', () => {
  const { pool } = pgPool();
  function first() {
    pool.query('first', () => pool.release());
  }
  function second() {
    pool.query('second', () => {});
  }
  first();
  second();
  pool.release();
  expect(pool.started.map((call) => functionsOf(call)[0])).toEqual(['first', 'second']);
});

test('while a connection is handed over, the call tells the line, whoever’s turn it is', () => {
  const { calls, pool } = pgPool();
  const sure: boolean[] = [];
  const isSure = () => sure.push(calls.isSure(calls.current()!));
  function asks() {
    pool.query('first', isSure);
  }
  asks();
  (function somebodyElse() {
    pool.release();
  })();
  calls.within({ pool }, isSure);
  expect(sure).toEqual([true, false]);
});

test('what a query’s promise calls back belongs to what was before', () => {
  const { calls } = pgPool();
  const call = { pool: 'a' };
  const seen: unknown[] = [];
  function then(this: unknown, ...args: unknown[]): unknown {
    seen.push(calls.current());
    return (args[0] as () => unknown)();
  }
  calls.start(call, then, undefined, [() => seen.push(calls.current())]);
  expect(seen).toEqual([call, undefined]);
});

test('stacks of what runs have one row of ours for a query, and one for the connection that it is handed', () => {
  const { pool } = pgPool();
  let stack = '';
  pool.query('first', () => (stack = new Error('no').stack!));
  pool.release();
  expect(stack.match(/capture\/poolCalls/g)).toHaveLength(1);
  class Pool {
    query(): void {
      stack = new Error('no').stack!;
    }
  }
  new PoolCalls().compiled(inPackage('/app/node_modules/pg-pool/index.js'), Pool);
  new Pool().query();
  expect(stack.match(/capture\/poolCalls/g)).toHaveLength(1);
});

test('only the driver’s own spans are explained by a pool’s call', () => {
  expect([PG, '@opentelemetry/instrumentation-http'].map(isDriverScope)).toEqual([true, false]);
});

test('a connection asked for by the program itself belongs to no call', () => {
  const { calls, pool } = pgPool();
  let seen: unknown = 'not called';
  pool.connect(() => (seen = calls.current()));
  pool.release();
  expect(seen).toBeUndefined();
});

test('the pool’s methods keep their length, and other files are left alone', () => {
  const { calls, pool } = pgPool();
  expect([pool.query.length, pool.connect.length]).toEqual([2, 1]);
  const exports = { prototype: { query: () => 1 } };
  const { query } = exports.prototype;
  expect(calls.compiled(inPackage('/app/node_modules/other/index.js'), exports)).toBe(exports);
  expect(exports.prototype.query).toBe(query);
});
