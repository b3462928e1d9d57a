import { setTimeout as sleep } from 'node:timers/promises';
import type { Records } from './crashHost';
import type { Acknowledged } from './crashLoad';
import type { Host } from './crashProcess';

const BETWEEN_PINS_MS = 15;
/** Of so many changes one takes a pin back. */
const UNPINNED = 4;

/** What engines that are killed have promised to know after it, besides the spans. */
export class Promises {
  /** Values masked in what was acknowledged, as far as the engine had time to write that down. */
  masked = 0;
  /** Of all that was sent. */
  private mostMasked = 0;
  private readonly pins = new Set<string>();
  private readonly unpinned = new Set<string>();
  /** Asked for and not answered: either is right. */
  private readonly unsure = new Set<string>();
  private readonly runs = new Map<string, string>();

  get pinned(): number {
    return this.pins.size;
  }

  /** Until the process is gone. */
  pinNowAndThen(host: Host, acknowledged: Acknowledged): void {
    void (async () => {
      for (let change = 1; ; change++) {
        await sleep(BETWEEN_PINS_MS);
        const isPin = change % UNPINNED !== 0;
        const traceId = oneOf(isPin ? [...acknowledged.keys()] : [...this.pins]);
        if (traceId === undefined) continue;
        this.unsure.add(traceId);
        if (!host.isAlive) return;
        const isDone = await host.pin(traceId, isPin);
        this.unsure.delete(traceId);
        if (isDone) this.note(traceId, isPin);
      }
    })();
  }

  /** The engine of this run was killed; `sent`: values that were to be masked. */
  ended(run: string, acknowledged: Acknowledged, sent: number): void {
    for (const traceId of acknowledged.keys()) if (!this.runs.has(traceId)) this.runs.set(traceId, run);
    this.mostMasked += sent;
  }

  /** How many of each kind do not hold. */
  brokenIn({ traces, masked }: Records): { pins: number; runs: number; masked: number } {
    const found = new Map(traces.map((trace) => [trace.traceId, trace]));
    const isSure = (traceId: string) => !this.unsure.has(traceId);
    const lost = [...this.pins].filter((traceId) => isSure(traceId) && !found.get(traceId)?.pinned);
    const back = [...this.unpinned].filter((traceId) => isSure(traceId) && found.get(traceId)?.pinned);
    const strayed = [...this.runs].filter(([traceId, run]) => found.get(traceId)?.run !== run);
    const missing = Math.max(0, this.masked - masked, masked - this.mostMasked);
    return { pins: lost.length + back.length, runs: strayed.length, masked: missing };
  }

  private note(traceId: string, isPinned: boolean): void {
    const [to, from] = isPinned ? [this.pins, this.unpinned] : [this.unpinned, this.pins];
    to.add(traceId);
    from.delete(traceId);
  }
}

function oneOf(ids: readonly string[]): string | undefined {
  return ids[Math.floor(Math.random() * ids.length)];
}
