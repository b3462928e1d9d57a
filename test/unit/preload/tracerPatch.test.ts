import { describe, expect, test } from 'vitest';
import { CallSites } from '../../../src/preload/capture/callSites';
import { beforeCalls, type ReadableSpan } from '../../../src/preload/capture/sdkTypes';
import { ShadowSpans } from '../../../src/preload/capture/shadowSpans';
import { TracerPatch } from '../../../src/preload/capture/tracerPatch';
import { endedSpan } from './spans';

function patched(end: (this: { ended: boolean }) => void) {
  class Span {
    ended = false;
    isRecording(): boolean {
      return !this.ended;
    }
  }
  Object.assign(Span.prototype, { end });
  class Tracer {
    startSpan(name: string): ReadableSpan & { end(): void } {
      return Object.assign(new Span(), { ...endedSpan({ name }), ended: false }) as never;
    }
  }
  const callSites = new CallSites(
    '/nowhere/',
    () => 0,
    () => false,
  );
  const ended: ReadableSpan[] = [];
  const events = { active: true, spanStarted() {}, spanEnded: (span: ReadableSpan) => void ended.push(span) };
  const Patch = TracerPatch as unknown as new (...parts: unknown[]) => TracerPatch;
  // Nothing here has lines of another origin than its own stack.
  const patch = new Patch(callSites, events, new ShadowSpans(() => {}));
  patch.patchTracerPrototype(Tracer.prototype as never);
  return { tracer: new Tracer(), ended };
}

describe('the end of a span', () => {
  test('is seen once, however often it is ended', () => {
    const { tracer, ended } = patched(function () {
      this.ended = true;
    });
    const span = tracer.startSpan('a');
    span.end();
    span.end();
    expect(ended).toEqual([span]);
  });

  test('is seen though one of the program’s processors throws', () => {
    const { tracer, ended } = patched(function () {
      this.ended = true;
      throw new Error('a processor of the program');
    });
    const span = tracer.startSpan('a');
    expect(() => span.end()).toThrow('a processor of the program');
    expect(ended).toEqual([span]);
  });

  test('is none where the SDK refuses it', () => {
    const { tracer, ended } = patched(() => {});
    tracer.startSpan('a').end();
    expect(ended).toEqual([]);
  });
});

describe('what is told before a method is called', () => {
  class Layer {
    constructor(readonly name: string) {}
    enter(what: string): string {
      return `${this.name} ${what}\n${new Error().stack}`;
    }
  }
  const told: unknown[] = [];
  const original = Layer.prototype.enter;
  beforeCalls(Layer.prototype as never, 'enter', (layer) => told.push(layer));

  test('is not on the stack of the method', () => {
    const layer = new Layer('a');
    const [answer, , , caller] = layer.enter('room').split('\n');
    expect(answer).toBe('a room');
    expect(caller).toContain('tracerPatch.test');
    expect(told).toEqual([layer]);
    expect(layer.enter).toBe(original);
  });

  test('is told as well where somebody wraps the method', () => {
    const wrapped = Layer.prototype.enter;
    expect([wrapped.name, wrapped.length]).toEqual(['enter', 1]);
    const calls: string[] = [];
    Layer.prototype.enter = function (what) {
      calls.push(what);
      return wrapped.call(this, what);
    };
    told.length = 0;
    const layer = new Layer('b');
    layer.enter('hall');
    expect([told, calls]).toEqual([[layer], ['hall']]);
  });

  test('is left to whom an object gives a method of its own', () => {
    beforeCalls(Layer.prototype as never, 'enter', (layer) => told.push(layer));
    const layer = new Layer('c');
    layer.enter = () => 'own';
    told.length = 0;
    expect([layer.enter('x'), told, Object.keys(layer)]).toEqual(['own', [], ['name', 'enter']]);
  });
});
