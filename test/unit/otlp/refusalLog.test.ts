import { describe, expect, it } from 'vitest';
import { logTo } from '../../../src/base/log';
import { RefusalLog } from '../../../src/otlp/receiver/refusalLog';
import { refusal } from '../../../src/otlp/rpcStatus';

describe('the log of refusals', () => {
  let now = 0;
  const logged: string[] = [];
  const refusals = new RefusalLog(
    logTo((level, message) => logged.push(`${level}: ${message}`)),
    () => now,
  );
  const levels = () => logged.splice(0).map((line) => line.split(':')[0]);

  it('warns of each fault once a minute', () => {
    refusals.tell('POST /', refusal.unknownPath('not here'));
    expect(logged).toEqual(['warn: Refused POST / with 404: not here']);
    refusals.tell('POST /', refusal.unknownPath('not here'));
    refusals.tell('POST /v1/traces', refusal.malformed('no JSON'));
    expect(levels()).toEqual(['warn', 'debug', 'warn']);
    now = 60_001;
    refusals.tell('POST /', refusal.unknownPath('not here'));
    expect(levels()).toEqual(['warn']);
  });

  it('does not warn of browsers that look at the port', () => {
    refusals.tell('GET /favicon.ico', refusal.unknownPath('no such thing'));
    expect(levels()).toEqual(['debug']);
  });

  it('does not grow with what senders make up', () => {
    for (let i = 0; i < 10_000; i++) refusals.tell('POST /', refusal.malformed(`fault ${i}`));
    expect((Reflect.get(refusals, 'told') as Map<string, number>).size).toBeLessThanOrEqual(100);
    expect(levels()).toHaveLength(10_000);
  });
});
