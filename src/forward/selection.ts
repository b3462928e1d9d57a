import { ProtoWriter } from '../otlp/protoWriter';
import type { Signal } from '../otlp/signals';
import { elementsOf, type Element } from './elements';

/** What comes back within this time was on its way; what comes later is somebody's replay. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_KEYS = 20_000;

/** `telemetry.distro.name` = `spanline`, which the bundled SDK puts into its resource. */
const BUNDLED_SDK = bundledMark();

/** Part of a request, as bytes of its own. */
export interface Selected {
  readonly bytes: Uint8Array;
  readonly records: number;
}

/**
 * Picks what of a request goes upstream.
 *
 * - Of the preload's copies only the spans of programs that the bundled SDK was brought to: others have exporters of their own,
 *   and would be doubled wherever those send to. Spans that have not ended stay here.
 * - Nothing that was sent on a moment ago. It is what a collector gives back that exports to Spanline too, or what a
 *   program sends again; without this the first would go round for ever.
 */
export class Selection {
  private recent = new Set<string>();
  private older = new Set<string>();
  private turnedAt: number;
  /** Elements that came back, within about a minute. */
  returned = 0;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.turnedAt = now();
  }

  /** A copy, undefined when nothing of the request is to go. */
  of(signal: Signal, request: Uint8Array, from: 'preload' | 'otlp'): Selected | undefined {
    this.turn();
    const elements = elementsOf(signal, request);
    const chosen = elements.filter(
      (element) => (from === 'otlp' || isBundled(request, element)) && element.records > 0 && this.isNew(element),
    );
    if (chosen.length === 0) return undefined;
    const records = chosen.reduce((sum, element) => sum + element.records, 0);
    const parts =
      chosen.length === elements.length ? [request] : chosen.map(({ start, end }) => request.subarray(start, end));
    return { bytes: Buffer.concat(parts), records };
  }

  private isNew({ key }: Element): boolean {
    if (this.recent.has(key) || this.older.has(key)) {
      this.returned++;
      return false;
    }
    this.recent.add(key);
    return true;
  }

  /** Keys are forgotten a generation at a time. */
  private turn(): void {
    const now = this.now();
    if (now - this.turnedAt < REMEMBERED_MS && this.recent.size < REMEMBERED_KEYS) return;
    this.older = now - this.turnedAt < 2 * REMEMBERED_MS ? this.recent : new Set();
    this.recent = new Set();
    this.turnedAt = now;
    this.returned = 0;
  }
}

function isBundled(request: Uint8Array, { resourceStart, resourceEnd, isOpen }: Element): boolean {
  if (isOpen) return false;
  const resource = Buffer.from(request.buffer, request.byteOffset + resourceStart, resourceEnd - resourceStart);
  return resource.includes(BUNDLED_SDK);
}

/** As our own encoder writes the KeyValue, the shortest way. */
function bundledMark(): Buffer {
  const writer = new ProtoWriter(64);
  writer.string(1, 'telemetry.distro.name');
  const value = writer.beginMessage(2);
  writer.string(1, 'spanline');
  writer.endMessage(value);
  return Buffer.from(writer.finish());
}
