import type { ReadableSpan } from '../../../src/preload/capture/sdkTypes';

const CONTEXT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

/** An ended span as SDK 2.x makes it. */
export function endedSpan(changes: Partial<ReadableSpan> = {}): ReadableSpan {
  return {
    name: 'load',
    kind: 0,
    startTime: [1_795_216_000, 5],
    endTime: [1_795_216_001, 999_999_999],
    ended: true,
    attributes: {},
    events: [],
    links: [],
    status: { code: 0 },
    resource: { attributes: { 'service.name': 'shop' } },
    instrumentationScope: { name: 'scope', version: '1' },
    spanContext: () => CONTEXT,
    ...changes,
  };
}
