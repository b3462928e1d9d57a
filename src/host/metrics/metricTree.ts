import { attributeText } from '../../model/attributeText';
import type { Attribute } from '../../model/attributes';
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
  label: (attributes: readonly Attribute[]) => string,
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
  label: (attributes: readonly Attribute[]) => string,
): MetricNode {
  if (streams.length === 1) return { kind: 'stream', id: `stream ${streams[0].id}`, stream: streams[0], label: name };
  const telling = tellingKeys(streams);
  const children = streams.map((stream) => ({
    kind: 'stream' as const,
    id: `stream ${stream.id}`,
    stream,
    label: label(stream.attributes.filter(({ key }) => telling.has(key))) || process(stream) || '(no attributes)',
  }));
  return { kind: 'instrument', id: `instrument ${service}\n${name}`, name, children };
}

/** Attributes by which the streams of an instrument differ: what they have in common says nothing about one of them. */
function tellingKeys(streams: readonly MetricStream[]): ReadonlySet<string> {
  const values = new Map<string, Set<string>>();
  for (const { attributes } of streams)
    for (const { key, value } of attributes) {
      const seen = values.get(key) ?? new Set();
      values.set(key, seen.add(attributeText(value)));
    }
  const isEverywhere = (key: string) => streams.every(({ attributes }) => attributes.some((one) => one.key === key));
  return new Set([...values].filter(([key, seen]) => seen.size > 1 || !isEverywhere(key)).map(([key]) => key));
}

function process({ instance }: MetricStream): string {
  return instance && `process ${instance}`;
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
