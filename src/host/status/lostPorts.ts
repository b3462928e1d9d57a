import type { LostPort } from '../../protocol/engine';

/** What can be done about a port that somebody else holds. */
export interface PortOffer {
  readonly action: 'otherPort' | 'otherPortAndForward' | 'collectorSnippet';
  readonly label: string;
  readonly detail: string;
}

export function portOffers({ port, reason, owner }: LostPort): PortOffer[] {
  const offers: PortOffer[] = [
    {
      action: 'otherPort',
      label: `$(arrow-swap) Use another port in place of ${port}`,
      detail: 'A free one is put into "spanline.receiver.sharedPorts".',
    },
  ];
  if (reason !== 'taken' || !owner || owner.kind === 'other' || owner.kind === 'spanline') return offers;
  if (owner.kind !== 'backend')
    offers.push({
      action: 'collectorSnippet',
      label: `$(references) Let ${owner.name} send a copy to Spanline`,
      detail: 'Opens what its configuration needs. Programs stay as they are.',
    });
  offers.push({
    action: 'otherPortAndForward',
    label: `$(export) Use another port, and forward everything to ${owner.name}`,
    detail: 'Programs send to Spanline then, and it sends a copy on.',
  });
  return offers;
}

/** The ports with another in place of one. */
export function withPortReplaced(ports: readonly number[], lost: number, free: number): number[] {
  const replaced = ports.map((port) => (port === lost ? free : port));
  return [...new Set(replaced)];
}

/** What a Collector needs to send Spanline a copy of all it gets. `port`: one that Spanline listens on. */
export function collectorSnippet(port: number, inContainer: boolean): string {
  const host = inContainer ? 'host.docker.internal' : '127.0.0.1';
  const note = inContainer
    ? `# "${host}" is this machine seen from a container. On Linux start the container with
# --network host and write 127.0.0.1 instead: Spanline listens on this machine's own addresses only.
`
    : '';
  return `# Merge this into the Collector's configuration and restart it.
# Add the exporter to the pipelines that are there; keep the exporters that they have.
${note}exporters:
  otlphttp/spanline:
    endpoint: http://${host}:${port}
    # The editor is not always open.
    retry_on_failure:
      enabled: false
    sending_queue:
      enabled: false

service:
  pipelines:
    traces:
      exporters: [otlphttp/spanline] # and those that are there
    metrics:
      exporters: [otlphttp/spanline]
    logs:
      exporters: [otlphttp/spanline]
`;
}
