import { describe, expect, it } from 'vitest';
import { Disposables } from '../../../src/base/disposables';
import { Emitter } from '../../../src/base/emitter';
import { Registry } from '../../../src/base/registry';

describe('Disposables', () => {
  it('disposes in reverse order of addition, once', () => {
    const order: string[] = [];
    const bag = new Disposables();
    bag.onDispose(() => order.push('first'));
    bag.onDispose(() => order.push('second'));
    bag.dispose();
    bag.dispose();
    expect(order).toEqual(['second', 'first']);
  });

  it('disposes at once what is added after disposal', () => {
    const bag = new Disposables();
    bag.dispose();
    let disposed = false;
    bag.onDispose(() => (disposed = true));
    expect(disposed).toBe(true);
  });

  it('disposes the others when one member throws, then throws its error', () => {
    const bag = new Disposables();
    let disposed = false;
    bag.onDispose(() => (disposed = true));
    bag.onDispose(() => {
      throw new Error('stuck');
    });
    expect(() => bag.dispose()).toThrow('stuck');
    expect(disposed).toBe(true);
  });
});

describe('Emitter', () => {
  it('reports a listener that throws and still tells the others', () => {
    const errors: unknown[] = [];
    const heard: number[] = [];
    const emitter = new Emitter<number>((error) => errors.push(error));
    emitter.on(() => {
      throw new Error('deaf');
    });
    emitter.on((value) => heard.push(value));
    emitter.fire(7);
    expect(heard).toEqual([7]);
    expect(errors).toHaveLength(1);
  });

  it('lets a listener leave while an event is on its way', () => {
    const heard: string[] = [];
    const emitter = new Emitter<void>(() => {});
    const first = emitter.on(() => {
      heard.push('first');
      first.dispose();
    });
    emitter.on(() => heard.push('second'));
    emitter.fire();
    emitter.fire();
    expect(heard).toEqual(['first', 'second', 'second']);
  });
});

describe('Registry', () => {
  it('keeps the order of registration', () => {
    expect([...new Registry('rule', [{ id: 'b' }, { id: 'a' }])].map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('refuses a second entry of the same id', () => {
    const registry = new Registry('rule', [{ id: 'a' }]);
    expect(() => registry.register({ id: 'a' })).toThrow('Two rules are called "a"');
  });
});
