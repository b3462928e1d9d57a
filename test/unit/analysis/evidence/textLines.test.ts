import { describe, expect, it } from 'vitest';
import { LineAlignment } from '../../../../src/analysis/evidence/textLines';

/** Where each letter of `before` is in `after`: `-` for nowhere. */
function draw(before: string, after: string): string {
  const alignment = new LineAlignment([...before], [...after]);
  return [...before].map((_, line) => after[alignment.now(line) ?? -1] ?? '-').join('');
}

describe('Lines of a text that was edited', () => {
  it.each([
    ['abcd', 'abcd', 'abcd'],
    ['abcd', 'xabcd', 'abcd'],
    ['abcd', 'abXcd', 'abcd'],
    ['abcd', 'abd', 'ab-d'],
    ['abcd', 'aBcd', 'a-cd'],
    ['abcdef', 'xaebcdyf', 'abcd-f'],
    ['', 'abc', ''],
    ['abc', '', '---'],
  ])('%s is found in %s as %s', (before, after, found) => expect(draw(before, after)).toBe(found));

  it('that are equal to others keep to their neighbours', () => {
    const before = ['f() {', 'span()', '}', 'g() {', 'span()', '}'];
    const alignment = new LineAlignment(before, ['import x', 'f() {', 'span()', 'more', '}', '', ...before.slice(3)]);
    expect(before.map((_, line) => alignment.now(line))).toEqual([1, 2, 4, 6, 7, 8]);
  });

  it('are unchanged together only where nothing came between them', () => {
    const alignment = new LineAlignment([...'abcdef'], [...'abcXdef']);
    expect([alignment.isUnchanged(0, 2), alignment.isUnchanged(1, 4), alignment.isUnchanged(4, 6)]).toEqual([true, false, true]); // prettier-ignore
  });
});
