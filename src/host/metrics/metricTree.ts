import type { MetricStream } from '../../model/metric';

/** A node of the tree: a service, one of its instruments, or a stream. `id` stays while what it stands for is held. */
export type MetricNode =
  | {
      readonly kind: 'service';
      readonly id: string;
      readonly service: string;
      readonly children: readonly MetricNode[];
    }
  | {
      readonly kind: 'instrument';
      readonly id: string;
      readonly name: string;
      readonly children: readonly MetricNode[];
    }
  | { readonly kind: 'stream'; readonly id: string; readonly stream: MetricStream; readonly label: string };

/** By service and instrument. An instrument of one stream is that stream. `streams`: sorted by service and name. */
export function metricTree(
  streams: readonly MetricStream[],
  label: (stream: MetricStream) => string,
): readonly MetricNode[] {
  return groups(streams, ({ service }) => service).map(([service, ofService]) => ({
    kind: 'service' as const,
    id: `service ${service}`,
    service,
    children: groups(ofService, ({ name }) => name).map(([name, ofName]) => instrument(service, name, ofName, label)),
  }));
}

function instrument(
  service: string,
  name: string,
  streams: readonly MetricStream[],
  label: (stream: MetricStream) => string,
): MetricNode {
  if (streams.length === 1) return { kind: 'stream', id: `stream ${streams[0].id}`, stream: streams[0], label: name };
  const children = streams.map((stream) => ({
    kind: 'stream' as const,
    id: `stream ${stream.id}`,
    stream,
    label: label(stream) || '(no attributes)',
  }));
  return { kind: 'instrument', id: `instrument ${service}\n${name}`, name, children };
}

function groups<T>(list: readonly T[], keyOf: (one: T) => string): [key: string, members: T[]][] {
  const found = new Map<string, T[]>();
  for (const one of list) {
    const known = found.get(keyOf(one));
    if (known) known.push(one);
    else found.set(keyOf(one), [one]);
  }
  return [...found];
}
