import type { Host } from '../host';
import type { TracerPatch } from './tracerPatch';

const PROBE = 'spanline';

/** Tracer providers of the program, each looked at once. */
export class Providers {
  onAdopted: ((provider: object) => void) | undefined;
  private readonly adopted = new WeakSet<object>();

  constructor(
    private readonly patch: TracerPatch,
    private readonly debug: Host['debug'],
  ) {}

  adopt(provider: unknown): void {
    if (typeof provider !== 'object' || provider === null || this.adopted.has(provider)) return;
    if (typeof (provider as { getTracer?: unknown }).getTracer !== 'function') return;
    this.adopted.add(provider);
    this.debug(() => `adopts ${provider.constructor?.name}`);
    this.patchTracers(provider);
    this.onAdopted?.(provider);
  }

  /** All tracers of a provider share their class, those that the program already holds with the one that we ask for. */
  private patchTracers(provider: object): void {
    const { _tracers } = provider as { _tracers?: Map<string, unknown> };
    const before = _tracers instanceof Map ? new Set(_tracers.keys()) : undefined;
    this.patch.patchTracer((provider as { getTracer(name: string): unknown }).getTracer(PROBE));
    if (!before || !_tracers) return;
    for (const key of _tracers.keys()) if (!before.has(key)) _tracers.delete(key);
  }
}
