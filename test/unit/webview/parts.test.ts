import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ICONS } from '../../../webview/shared/icons';
import { layOutColumns } from '../../../webview/waterfall/columnLayout';
import { columns } from '../../../webview/waterfall/columns/index';
import { readableText } from '../../../webview/waterfall/details/valueText';
import { draggedWindow, gripAt } from '../../../webview/waterfall/overviewDrag';
import { DEFAULT_LAYOUT, readIntent } from '../../../webview/waterfall/state/intent';

describe('icons', () => {
  test('have the code points of the font that is shipped', () => {
    const table = new URL('../../../node_modules/@vscode/codicons/src/template/mapping.json', import.meta.url);
    const names = JSON.parse(readFileSync(table, 'utf8')) as Record<string, string[]>;
    for (const [name, codePoint] of Object.entries(ICONS)) expect(names[codePoint], name).toContain(name);
  });
});

describe('columns', () => {
  const all = [...columns];

  test('begin with the name and end with the timeline, which always show', () => {
    expect([all[0].id, all.at(-1)!.id]).toEqual(['name', 'timeline']);
    expect(all.filter(({ optional }) => !optional)).toHaveLength(2);
  });

  test('leave the timeline at least a third of the width', () => {
    const layout = layOutColumns(400, [all[0], all.at(-1)!], { ...DEFAULT_LAYOUT, names: 900 });
    expect(layout.timelineWidth / 400).toBeGreaterThan(1 / 3);
    expect(layout.names + layout.timelineWidth).toBe(400);
  });

  test('give the names a share of the width until somebody drags their edge', () => {
    const names = (width: number, layout = DEFAULT_LAYOUT) => layOutColumns(width, [all[0], all.at(-1)!], layout).names;
    expect([500, 900, 2000].map((width) => names(width))).toEqual([200, 342, 400]);
    expect(names(900, { ...DEFAULT_LAYOUT, names: 250 })).toBe(250);
  });

  test('stand side by side without gaps', () => {
    const layout = layOutColumns(1200, all, DEFAULT_LAYOUT);
    expect(layout.timelineLeft).toBe(400 + 120 + 84 + 84);
    expect(layout.tracks).toBe('400px 120px 84px 84px minmax(0, 1fr)');
  });
});

describe('dragging in the overview', () => {
  const whole = { from: 0, to: 1000 };
  const window = { from: 200, to: 400 };

  test('takes hold of edges, the window or nothing', () => {
    expect(gripAt(whole, window, 203, 1000)).toBe('from');
    expect(gripAt(whole, window, 396, 1000)).toBe('to');
    expect(gripAt(whole, window, 300, 1000)).toBe('move');
    expect(gripAt(whole, window, 700, 1000)).toBe('select');
    expect(gripAt(whole, whole, 500, 1000)).toBe('select');
  });

  test('draws a new window in either direction', () => {
    expect(draggedWindow(whole, whole, 'select', 0.7, 0.5)).toEqual({ from: 500, to: 700 });
  });

  test('moves the window, at most to the edge', () => {
    expect(draggedWindow(whole, window, 'move', 0.3, 0.4)).toEqual({ from: 300, to: 500 });
    expect(draggedWindow(whole, window, 'move', 0.3, 3)).toEqual({ from: 800, to: 1000 });
  });

  test('an edge dragged past the other becomes the other', () => {
    expect(draggedWindow(whole, window, 'from', 0.2, 0.6)).toEqual({ from: 400, to: 600 });
    expect(draggedWindow(whole, window, 'to', 0.4, 0.1)).toEqual({ from: 100, to: 200 });
  });
});

describe('values in the details', () => {
  test('long JSON is spread over lines, other text is left alone', () => {
    const json = JSON.stringify([{ role: 'user', content: 'What did the last deployment change?' }, { role: 'tool' }]);
    expect(readableText({ kind: 'string', value: json }).split('\n')).toHaveLength(9);
    expect(readableText({ kind: 'string', value: '{"a":1}' })).toBe('{"a":1}');
    const broken = `[${'x'.repeat(80)}`;
    expect(readableText({ kind: 'string', value: broken })).toBe(broken);
  });
});

describe('remembered intent', () => {
  test('is read from anything without harm', () => {
    const fresh = { follow: true, collapsed: [], critical: true, columns: [], layout: DEFAULT_LAYOUT, colours: [] };
    for (const saved of [
      undefined,
      null,
      7,
      'x',
      [],
      {},
      { colours: [['shop'], ['shop', 99], ['shop', -1], 'shop', 7] },
      { layout: { names: -5, detailsWidth: 'wide' } },
    ])
      expect(readIntent(saved)).toEqual(fresh);
  });

  test('drops ids that are none', () => {
    const saved = { traceId: 'nonsense', spanId: '0123456789abcdef', collapsed: ['0123456789abcdef', 'x', 5] };
    expect(readIntent(saved)).toMatchObject({ collapsed: ['0123456789abcdef'] });
    expect(readIntent(saved)).not.toHaveProperty('spanId');
  });
});
