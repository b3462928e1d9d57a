import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { alignedLines } from '../../../src/sources/alignedLines';

const SOURCE = `import { trace, type Span } from '@opentelemetry/api';

interface Order {
  readonly id: string;
}

const tracer = trace.getTracer('orders');

export class Orders {
  constructor(private readonly limit: number) {}

  // The compiler drops nothing of this.
  async load(order: Order): Promise<number> {
    return tracer.startActiveSpan('load order', async (span: Span) => {
      span.setAttribute('order.id', order.id);
      span.end();
      return this.limit;
    });
  }

  save(order: Order): void {
    tracer.startActiveSpan("save order", (span) => {
      span.end();
    });
  }
}
`;

function compiled(module: ts.ModuleKind): string[] {
  const compilerOptions = { module, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(SOURCE, { compilerOptions }).outputText.split('\n');
}

describe('lines of code that was compiled without a source map', () => {
  it.each([ts.ModuleKind.CommonJS, ts.ModuleKind.ESNext])(
    'are those of the source with the same text (module %s)',
    (module) => {
      const [code, source] = [compiled(module), SOURCE.split('\n')];
      const lineOf = alignedLines(code, source);
      for (const call of ['load order', 'save order', 'getTracer', 'setAttribute']) {
        const line = code.findIndex((text) => text.includes(call));
        expect([call, lineOf[line]]).toEqual([call, source.findIndex((text) => text.includes(call))]);
      }
    },
  );

  it('are none where two lines could be meant', () => {
    const [code, source] = [['tracer.startSpan("a");'], ["tracer.startSpan('a')", "tracer.startSpan('a');"]];
    expect([...alignedLines(code, source)]).toEqual([-1]);
    expect([...alignedLines(['something.else();'], source)]).toEqual([-1]);
  });

  it('ascend, whatever was moved', () => {
    const lines = ['first line here', 'second line here', 'third line here', 'fourth line here'];
    const moved = [lines[3], lines[0], lines[1], lines[2]];
    expect([...alignedLines(moved, lines)]).toEqual([-1, 0, 1, 2]);
  });
});
