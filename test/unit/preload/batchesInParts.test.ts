import { describe, expect, it } from 'vitest';
import { parseBody, parseLines, parseSnapshot } from '../../../src/engine/preloadBatches';

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
const part = (id: string, members: object) => ({
  id,
  pid: 7,
  thread: 0,
  dropped: 0,
  sites: [],
  maps: [],
  resourceSpans: [],
  ...members,
});
const group = (members: object, name: string) => ({ ...members, scopeSpans: [{ spans: [{ name }] }] });
const whole = (name: string) => ({ resource, scopeSpans: [{ spans: [{ name }] }] });

describe('a batch in parts, with another one between them', () => {
  const parts = [
    part('a', { resourceSpans: [group({ resource }, 'one')], sites: [[['/a.js', 1, 1, 'f']]] }),
    part('b', { resourceSpans: [group({ resource: {} }, 'other')] }),
    part('a', { resourceSpans: [group({ spanlineResource: 0 }, 'two')], sites: [[['/a.js', 2, 1, 'g']]] }),
    part('a', { dropped: 3 }),
  ];
  const ways = {
    'a request': () => parseBody(Buffer.from(JSON.stringify(parts))),
    'a journal': () => parseLines(Buffer.from(parts.map((each) => `${JSON.stringify(each)}\n`).join('')), true),
    'a snapshot': () => parseSnapshot(JSON.stringify(parts)),
  };
  it.each(Object.entries(ways))('is put together when it comes in %s', (_way, parse) => {
    expect(parse()).toMatchObject([
      {
        id: 'a',
        dropped: 3,
        resourceSpans: [whole('one'), whole('two')],
        sites: [[['/a.js', 1, 1, 'f']], [['/a.js', 2, 1, 'g']]],
      },
      { id: 'b', dropped: 0, resourceSpans: [{ resource: {} }] },
    ]);
  });
});

describe('batches without an id', () => {
  it('are never taken for parts of one', () => {
    const batches = parseBody(Buffer.from(JSON.stringify([part('', {}), part('', {})])));
    expect(batches).toHaveLength(2);
  });
});
