import { describe, expect, it } from 'vitest';
import { collectorSnippet, portOffers, withPortReplaced } from '../../../src/host/status/lostPorts';
import { forwardText, statusText } from '../../../src/host/status/statusText';
import type { LostPort, PortOwner } from '../../../src/protocol/engine';
import { IDLE_STATUS } from './fakeEngine';

const taken = (kind: PortOwner['kind'], name: string): LostPort => ({
  port: 4318,
  reason: 'taken',
  owner: { kind, name },
});
const actions = (lost: LostPort) => portOffers(lost).map(({ action }) => action);

describe('a port that somebody else holds', () => {
  it('can be left to a Collector, by its copy or by ours', () => {
    const offers = portOffers(taken('collector', 'OpenTelemetry Collector (otelcol, pid 7)'));
    expect(offers.map(({ action }) => action)).toEqual(['otherPort', 'collectorSnippet', 'otherPortAndForward']);
    expect(offers.map(({ label }) => label).join()).toContain('OpenTelemetry Collector (otelcol, pid 7)');
  });

  it('can be left to a backend, with a copy of ours', () => {
    expect(actions(taken('backend', 'Jaeger'))).toEqual(['otherPort', 'otherPortAndForward']);
  });

  it.each<LostPort>([
    taken('other', 'node (pid 7)'),
    taken('spanline', 'a Spanline'),
    { port: 4318, reason: 'reserved' },
    { port: 80, reason: 'forbidden' },
  ])('is replaced by another where nothing is known to take OTLP: %j', (lost) => {
    expect(actions(lost)).toEqual(['otherPort']);
  });

  it('is replaced in its place, once', () => {
    expect(withPortReplaced([4317, 4318], 4318, 14318)).toEqual([4317, 14318]);
    expect(withPortReplaced([14318, 4318], 4318, 14318)).toEqual([14318]);
  });
});

describe('what a Collector’s configuration needs', () => {
  it('names our port, and does not pile up what nobody takes while the editor is closed', () => {
    const snippet = collectorSnippet(14318, false);
    expect(snippet).toContain('endpoint: http://127.0.0.1:14318\n');
    for (const part of ['retry_on_failure', 'sending_queue'])
      expect(snippet).toMatch(new RegExp(`${part}:\n +enabled: false`));
    expect(snippet.match(/exporters: \[otlphttp\/spanline\]/g)).toHaveLength(3);
  });

  it('is another from within a container', () => {
    expect(collectorSnippet(14318, true)).toContain('endpoint: http://host.docker.internal:14318\n');
  });
});

describe('the status tells', () => {
  const forward = {
    endpoint: 'http://collector_1:4318',
    protocol: 'grpc' as const,
    queuedRecords: 0,
    queuedBytes: 0,
    sentRecords: 12_345,
    droppedRecords: 0,
  };

  it('what became of copies', () => {
    expect(forwardText(forward)).toBe('12,345 sent');
    expect(forwardText({ ...forward, queuedRecords: 12, queuedBytes: 3_000, droppedRecords: 5 })).toBe(
      '12,345 sent, 12 waiting (3 KB), 5 dropped',
    );
    const lossy = { ...forward, droppedRecords: 5, loss: 'The upstream left out what it was sent: too old' };
    expect(forwardText(lossy)).toBe(`12,345 sent, 5 dropped. Last dropped: ${lossy.loss}`);
    const { tooltip } = statusText('ready', { ...IDLE_STATUS, forward });
    expect(tooltip).toContain('collector\\_1:4318: 12,345 sent');
  });

  it('of ports that other windows own, as no warning', () => {
    const endpoints = [{ address: '127.0.0.1', port: 4318, use: 'followed' as const }];
    const notices = ['Port 4318 is taken by another Spanline window (pid 7): its spans are shown here too.'];
    const { text, severity, tooltip } = statusText('ready', { ...IDLE_STATUS, endpoints, notices });
    expect([text, severity]).toEqual(['$(pulse) Spanline 4318', 'none']);
    expect(tooltip).toContain('its spans are shown here too');
    expect(tooltip).toContain('another window’s, any program');
  });
});
