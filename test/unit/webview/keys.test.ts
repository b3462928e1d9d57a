import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Key, rowAction, viewAction } from '../../../webview/waterfall/keyboard';
import { doRowAction } from '../../../webview/waterfall/rowCommands';
import { type SyntheticTrace, traceOf } from '../../webview/synthetic';
import { SessionUnderTest } from './sessionOf';

const PAGE_ROWS = 3;

function key(name: string, modifiers: Partial<Key> = {}): Key {
  return { key: name, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers };
}

function family(): SyntheticTrace {
  return traceOf([
    {
      name: 'a',
      at: 0,
      takes: 100,
      children: [
        { name: 'b', at: 10, takes: 20, children: [{ name: 'c', at: 12, takes: 2 }] },
        { name: 'd', at: 40, takes: 10 },
        { name: 'e', at: 60, takes: 30 },
      ],
    },
  ]);
}

describe('keys among the rows', () => {
  let under: SessionUnderTest;
  const press = (name: string, modifiers?: Partial<Key>): string | undefined => {
    doRowAction(under.session, under.session.shown!, rowAction(key(name, modifiers))!, PAGE_ROWS);
    return under.selectedName;
  };

  beforeEach(async () => {
    vi.useFakeTimers();
    under = await new SessionUnderTest([family()]).start();
  });
  afterEach(() => void vi.useRealTimers());

  test('arrows go from row to row and stop at the ends', () => {
    expect(press('ArrowDown')).toBe('a');
    expect(press('ArrowDown')).toBe('b');
    expect(press('ArrowUp')).toBe('a');
    expect(press('ArrowUp')).toBe('a');
    expect(press('End')).toBe('e');
    expect(press('ArrowDown')).toBe('e');
    expect(press('Home')).toBe('a');
  });

  test('up from no selection starts at the last row', () => {
    expect(press('ArrowUp')).toBe('e');
  });

  test('pages go by what fits, less one row', () => {
    press('Home');
    expect(press('PageDown')).toBe('c');
    expect(press('PageUp')).toBe('a');
  });

  test('right unfolds, then goes to the first child; left folds, then goes to the parent', () => {
    press('Home');
    expect(press('ArrowRight')).toBe('b');
    expect(press('ArrowLeft')).toBe('b');
    expect(under.names).toEqual(['a', 'b', 'd', 'e']);
    expect(press('ArrowLeft')).toBe('a');
    under.session.select(under.rowNamed('b'));
    press('ArrowRight');
    expect(press('ArrowRight')).toBe('c');
  });

  test('folding what holds the selection selects what is folded', () => {
    under.session.select(under.rowNamed('c'));
    under.session.alter((shown) => shown.setCollapsed(under.rowNamed('a'), true));
    expect(under.selectedName).toBe('a');
  });

  test('z shows the selected span only, 0 the whole trace', () => {
    under.session.select(under.rowNamed('b'));
    press('z');
    const { window } = under.session.shown!;
    expect(window.from).toBeCloseTo(9e6, 0);
    expect(window.to).toBeCloseTo(31e6, 0);
    press('0');
    expect(under.session.shown!.zoomed).toBe(false);
  });

  test('plus and minus zoom around the selection, Shift and arrows move sideways', () => {
    under.session.select(under.rowNamed('e'));
    const fraction = (): number => {
      const { from, to } = under.session.shown!.window;
      return (60e6 - from) / (to - from);
    };
    const before = fraction();
    press('+');
    expect(under.session.shown!.zoomed).toBe(true);
    expect(fraction()).toBeCloseTo(before, 6);
    const { from } = under.session.shown!.window;
    press('ArrowLeft', { shiftKey: true });
    expect(under.session.shown!.window.from).toBeLessThan(from);
    for (let i = 0; i < 5; i++) press('-');
    expect(under.session.shown!.zoomed).toBe(false);
  });

  test('Escape selects nothing', () => {
    press('End');
    expect(press('Escape')).toBeUndefined();
    expect(under.session.details).toBeUndefined();
  });
});

describe('keys anywhere', () => {
  test('find, go through matches, follow, mark the critical path, show details', () => {
    const actions = ['/', 'n', 'N', 'f', 'c', 'd'].map((name) => viewAction(key(name)));
    expect(actions).toEqual(['search', 'nextMatch', 'previousMatch', 'follow', 'critical', 'details']);
    expect(viewAction(key('f', { ctrlKey: true }))).toBe('search');
    expect(viewAction(key('F', { metaKey: true }))).toBe('search');
  });

  test('what belongs to VS Code is left to it', () => {
    expect(viewAction(key('c', { ctrlKey: true }))).toBeUndefined();
    expect(viewAction(key('f', { altKey: true }))).toBeUndefined();
    expect(rowAction(key('ArrowDown', { ctrlKey: true }))).toBeUndefined();
    expect(rowAction(key('Tab'))).toBeUndefined();
  });
});
