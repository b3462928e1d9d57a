import { beforeEach, describe, expect, it } from 'vitest';
import { ThreadPauses } from '../../../src/host/debug/threadPauses';
import type { PauseReport } from '../../../src/protocol/engine';

describe('the pauses of a debug session', () => {
  let pauses: ThreadPauses;
  let told: PauseReport[];
  let now: number;
  let seq: number;

  beforeEach(() => {
    [told, now, seq] = [[], 1000, 0];
    let ids = 0;
    pauses = new ThreadPauses(
      (pause) => told.push(pause),
      () => now,
      () => `p${++ids}`,
    );
  });

  const stopped = (threadId: number) =>
    pauses.fromAdapter({ type: 'event', event: 'stopped', body: { reason: 'breakpoint', threadId } });
  const asks = (command: string, threadId = 1, rest = {}) => {
    pauses.fromEditor({ type: 'request', seq: ++seq, command, arguments: { threadId, ...rest } });
    return seq;
  };
  const answers = (request: number, success = true) =>
    pauses.fromAdapter({ type: 'response', request_seq: request, success });
  const continued = (body: object) => pauses.fromAdapter({ type: 'event', event: 'continued', body });
  /** `from–to`, of those that ended. */
  const ended = () => told.filter(({ to }) => to !== undefined).map(({ id, from, to }) => `${id} ${from}–${to}`);

  it('begin at the stop, and are told of at once', () => {
    expect(stopped(1)).toEqual({ id: 'p1', from: 1000 });
    expect(told).toEqual([{ id: 'p1', from: 1000 }]);
  });

  it.each(['continue', 'next', 'stepIn', 'stepOut'])(
    'end when the editor asks to %s, not when that is confirmed',
    (command) => {
      stopped(1);
      now = 5000;
      const request = asks(command);
      now = 5012;
      continued({ threadId: 1 });
      answers(request);
      expect(ended()).toEqual(['p1 1000–5000']);
    },
  );

  it('go on when the adapter refuses', () => {
    stopped(1);
    now = 2000;
    answers(asks('continue'), false);
    expect(ended()).toEqual([]);
    now = 3000;
    continued({ threadId: 1 });
    expect(ended()).toEqual(['p1 1000–3000']);
  });

  it('end by themselves where the program goes on unasked', () => {
    stopped(1);
    now = 1500;
    continued({ threadId: 1, allThreadsContinued: true });
    expect(ended()).toEqual(['p1 1000–1500']);
  });

  it('are one a thread, and a request may be about one only', () => {
    stopped(1);
    now = 1100;
    stopped(2);
    now = 1200;
    answers(asks('continue', 1, { singleThread: true }));
    expect(ended()).toEqual(['p1 1000–1200']);
    now = 1300;
    continued({ threadId: 2, allThreadsContinued: false });
    expect(ended()).toEqual(['p1 1000–1200', 'p2 1100–1300']);
  });

  it('end with their thread, and with the session', () => {
    stopped(1);
    stopped(2);
    now = 1100;
    pauses.fromAdapter({ type: 'event', event: 'thread', body: { reason: 'exited', threadId: 2 } });
    now = 1200;
    pauses.end();
    expect(ended()).toEqual(['p2 1000–1100', 'p1 1000–1200']);
  });

  it('follow each other while somebody steps', () => {
    stopped(1);
    for (const at of [2000, 3000]) {
      now = at;
      answers(asks('next'));
      now = at + 5;
      stopped(1);
    }
    expect(ended()).toEqual(['p1 1000–2000', 'p2 2005–3000']);
    expect(told.at(-1)).toEqual({ id: 'p3', from: 3005 });
  });

  it('are not made by what the editor asks of a program that runs', () => {
    answers(asks('continue'));
    continued({ threadId: 1 });
    pauses.fromAdapter({ type: 'event', event: 'output', body: {} });
    expect(told).toEqual([]);
  });
});
