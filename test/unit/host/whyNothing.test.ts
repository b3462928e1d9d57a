import { describe, expect, it } from 'vitest';
import { RecentSessions } from '../../../src/host/debug/recentSessions';
import { type Circumstances, whyNothing } from '../../../src/host/status/whyNothing';
import { IDLE_STATUS } from './fakeEngine';

const fine: Circumstances = { status: IDLE_STATUS, trusted: true, captureEnabled: true, sessions: [] };
const faults = (changes: Partial<Circumstances>) => whyNothing({ ...fine, ...changes }).map(({ fault }) => fault);
const received = { ...IDLE_STATUS, spans: 7 };

describe('why nothing arrives', () => {
  it('is no question once something arrived', () => {
    expect(faults({ status: received })).toEqual([]);
    expect(faults({ status: received, sessions: [{ name: 'Launch', at: 1 }] })).toEqual([]);
  });

  it('names the way in when nothing was started', () => {
    const status = { ...IDLE_STATUS, endpoints: [{ address: '127.0.0.1', port: 4318, use: 'shared' as const }] };
    const [reason] = whyNothing({ ...fine, status });
    expect(reason.fault).toBe('No program was started by the debugger yet');
    expect(reason.remedy).toContain('http://127.0.0.1:4318');
  });

  it('names each program that was left alone, with the reason, also when others send', () => {
    const docker = { name: 'Docker', at: 1, leftAlone: '"runtimeExecutable": "docker" runs the program elsewhere' };
    const [reason] = whyNothing({ ...fine, status: received, sessions: [docker, { name: 'Launch', at: 2 }] });
    expect(reason).toEqual({
      fault: '"Docker" was started without the preload',
      remedy: '"runtimeExecutable": "docker" runs the program elsewhere.',
    });
  });

  it('asks for a request when a program has the preload and is silent', () => {
    expect(faults({ sessions: [{ name: 'Launch', at: 1 }] })).toEqual([
      '"Launch" was given the preload and has sent no span',
    ]);
  });

  it('leads to the setting that a refusal names, where it names one', () => {
    const message =
      'The request is larger than 64 bytes; send smaller batches or raise "spanline.receiver.maxRequestBytes"';
    const refused = [{ request: 'POST /v1/traces', message, times: 1, at: 1 }];
    expect(whyNothing({ ...fine, status: { ...IDLE_STATUS, refused } })).toMatchObject([{ action: 'receiver' }]);
  });

  it('tells what programs sent that cannot be taken, and asks for nothing else then', () => {
    const message = 'Nothing is taken at /v1/trace: POST to /v1/traces, /v1/metrics or /v1/logs';
    const refused = [{ request: 'POST /v1/trace', message, times: 3, at: 1 }];
    const sessions = [{ name: 'Launch', at: 1 }];
    expect(whyNothing({ ...fine, sessions, status: { ...IDLE_STATUS, refused } })).toEqual([
      {
        fault: 'A program’s POST /v1/trace was refused by the receiver, 3 times',
        remedy: `${message}.`,
        action: 'endpoint',
      },
    ]);
  });

  it('puts trust and the setting first, and what they explain is not asked again', () => {
    const reasons = whyNothing({ ...fine, trusted: false, captureEnabled: false });
    expect(reasons.map(({ action }) => action)).toEqual(['trust', 'setting']);
  });
});

describe('recent sessions', () => {
  it('are the last few, newest first, each name once', () => {
    const recent = new RecentSessions();
    for (let at = 0; at < 9; at++) recent.note({ name: `Launch ${at % 7}`, at });
    expect(recent.all.map(({ name, at }) => `${name} at ${at}`)).toEqual([
      'Launch 1 at 8',
      'Launch 0 at 7',
      'Launch 6 at 6',
      'Launch 5 at 5',
      'Launch 4 at 4',
    ]);
  });
});
