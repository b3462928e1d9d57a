import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../../src/base/emitter';
import { silentLog } from '../../../src/base/log';
import type { EngineClient } from '../../../src/host/engineClient';
import { EvidenceExchange } from '../../../src/host/evidence/evidenceExchange';
import type { EvidenceChange } from '../../../src/protocol/analysis';

function exchange() {
  const changes = new Emitter<{ files: string[]; cleared?: boolean }>(() => {});
  const exits = new Emitter<object>(() => {});
  const states = new Emitter<string>(() => {});
  const engine = {
    onChanged: changes.on,
    onExited: exits.on,
    onState: states.on,
    ask: (_question: unknown, fallback: unknown) => Promise.resolve(fallback),
  } as unknown as EngineClient;
  const made = new EvidenceExchange(engine, silentLog);
  const told: EvidenceChange[] = [];
  made.onChanged((change) => told.push(change));
  return { made, changes, exits, told };
}

describe('Changes of evidence', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are gathered, each file named once', () => {
    const { changes, told } = exchange();
    for (let i = 0; i < 50; i++) changes.fire({ files: ['/a.ts', `/${i % 2}.ts`] });
    vi.runAllTimers();
    expect(told).toEqual([{ paths: ['/a.ts', '/0.ts', '/1.ts'] }]);
    changes.fire({ files: ['/b.ts'] });
    vi.runAllTimers();
    expect(told).toHaveLength(2);
  });

  it('are not told where no file has any', () => {
    const { changes, told } = exchange();
    changes.fire({ files: [] });
    vi.runAllTimers();
    expect(told).toEqual([]);
  });

  it('are of all files when everything was dropped or a program ended', () => {
    const { changes, exits, told } = exchange();
    changes.fire({ files: ['/a.ts'], cleared: true });
    vi.runAllTimers();
    exits.fire({});
    vi.runAllTimers();
    expect(told).toEqual([{}, {}]);
  });

  it('are told to nobody once it is disposed of', () => {
    const { made, changes, told } = exchange();
    changes.fire({ files: ['/a.ts'] });
    made.dispose();
    vi.runAllTimers();
    expect(told).toEqual([]);
  });
});
