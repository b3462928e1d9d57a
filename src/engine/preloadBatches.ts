import { errorMessage } from '../base/log';
import { type MemorySourceMap, type PreloadBatch, RESOURCE_MEMBER } from '../protocol/preload';

/*
 * What the preload sends and leaves in files, as batches. It is checked like anything from outside; what is absent counts as empty.
 */

export type Parsed = PreloadBatch[] | { readonly fault: string };

/** Of a request: one batch, or an array. */
export function parseBody(body: Uint8Array): Parsed {
  try {
    const parsed: unknown = JSON.parse(textOf(body));
    return inWhole(allBatches(Array.isArray(parsed) ? parsed : [parsed]));
  } catch (error) {
    return { fault: `The batch is not JSON: ${errorMessage(error)}` };
  }
}

/** `mayBeCut`: its process may have been killed while it wrote. */
export function parseLines(content: Uint8Array, mayBeCut: boolean): Parsed {
  const lines = textOf(content).split('\n');
  const cut = mayBeCut ? lines.pop() : undefined;
  try {
    const values: unknown[] = lines.filter((line, index) => line !== '' || index === 0).map((line) => JSON.parse(line));
    return inWhole(allBatches(cut ? [...values, ...parseCut(cut)] : values));
  } catch (error) {
    return { fault: `A line is not JSON: ${errorMessage(error)}` };
  }
}

function parseCut(line: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

function allBatches(values: readonly unknown[]): Parsed {
  const batches: PreloadBatch[] = [];
  for (const value of values) {
    const batch = asBatch(value);
    if ('fault' in batch) return batch;
    batches.push(batch);
  }
  return batches;
}

/** Puts the parts of batches together: see {@link RESOURCE_MEMBER}. */
function inWhole(parts: Parsed): Parsed {
  if ('fault' in parts) return parts;
  const batches: PreloadBatch[] = [];
  const begun = new Map<string, { readonly index: number; readonly resources: unknown[] }>();
  for (const part of parts) {
    const known = begun.get(part.id);
    const resources = known?.resources ?? [];
    const whole = {
      ...part,
      resourceSpans: withResources(part.resourceSpans, resources),
      ...(part.open && { open: withResources(part.open, resources) }),
      ...(part.unended && { unended: withResources(part.unended, resources) }),
    };
    if (known) batches[known.index] = joined(batches[known.index], whole);
    else batches.push(whole);
    if (!known && part.id !== '') begun.set(part.id, { index: batches.length - 1, resources });
  }
  return batches;
}

function joined(batch: PreloadBatch, part: PreloadBatch): PreloadBatch {
  return {
    ...batch,
    resourceSpans: [...batch.resourceSpans, ...part.resourceSpans],
    sites: [...batch.sites, ...part.sites],
    maps: [...batch.maps, ...part.maps],
    dropped: batch.dropped + part.dropped,
    ...((batch.open ?? part.open) && { open: [...(batch.open ?? []), ...(part.open ?? [])] }),
    ...((batch.gone ?? part.gone) && { gone: [...(batch.gone ?? []), ...(part.gone ?? [])] }),
    ...((batch.unended ?? part.unended) && { unended: [...(batch.unended ?? []), ...(part.unended ?? [])] }),
  };
}

/** `known`: the resources of the batch so far; gets those that are new. */
function withResources(groups: readonly unknown[], known: unknown[]): unknown[] {
  return groups.map((group) => {
    const { [RESOURCE_MEMBER]: number, ...rest } = (group ?? {}) as Record<string, unknown>;
    if (typeof number === 'number') return { ...rest, resource: known[number] };
    known.push(rest.resource);
    return rest;
  });
}

/** What is no batch is left out. */
export function parseSnapshot(text: string): PreloadBatch[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return [];
    const whole = inWhole(parsed.map(asBatch).filter((batch): batch is PreloadBatch => !('fault' in batch)));
    return 'fault' in whole ? [] : whole;
  } catch {
    return [];
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function asBatch(value: unknown): PreloadBatch | { fault: string } {
  const parsed = (value ?? {}) as Partial<Record<keyof PreloadBatch, unknown>>;
  if (!Array.isArray(parsed.resourceSpans)) return { fault: 'The batch has no list "resourceSpans"' };
  const { id, pid, thread, resourceSpans, open, unended, gone, sites, maps, dropped, provisional, exitCode } = parsed;
  return {
    id: typeof id === 'string' ? id : '',
    pid: countOf(pid),
    thread: countOf(thread),
    resourceSpans,
    sites: Array.isArray(sites) ? sites : [],
    maps: Array.isArray(maps) ? maps.filter(isMap) : [],
    dropped: countOf(dropped),
    ...(Array.isArray(open) && { open }),
    ...(Array.isArray(unended) && { unended }),
    ...(Array.isArray(gone) && { gone: gone.filter((each) => Number.isInteger(each)) as number[] }),
    ...(provisional === true && { provisional }),
    ...(typeof exitCode === 'number' && { exitCode }),
  };
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : 0;
}

function isMap(entry: unknown): entry is MemorySourceMap {
  const { file, map } = (entry ?? {}) as Partial<Record<keyof MemorySourceMap, unknown>>;
  return typeof file === 'string' && typeof map === 'string';
}
