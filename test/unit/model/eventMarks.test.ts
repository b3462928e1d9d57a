import { describe, expect, it } from 'vitest';
import { eventMarks } from '../../../src/model/eventMarks';

const at = (offset: number, name = 'retry') => ({ offset, name });
const percent = (offset: number) => offset / 100;

describe('marks of events on a bar', () => {
  it('stand where their events are, and nowhere outside of what is in view', () => {
    expect(eventMarks([at(-1), at(0), at(50, 'exception'), at(101)], percent, 1000)).toEqual([
      { fraction: 0, exception: false },
      { fraction: 0.5, exception: true },
    ]);
  });

  it('leave the bar to be seen, however many there are', () => {
    const many = Array.from({ length: 5000 }, (_, index) => at(index / 50));
    expect(eventMarks(many, percent, 600)).toHaveLength(100);
  });

  it('never lose an exception among others', () => {
    expect(eventMarks([at(10), at(10.1, 'exception'), at(10.2)], percent, 400)).toEqual([
      { fraction: expect.closeTo(0.101) as number, exception: true },
    ]);
  });
});
