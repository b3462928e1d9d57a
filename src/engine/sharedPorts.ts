import type { Disposable } from '../base/disposables';
import type { Log } from '../base/log';
import type { Receiver } from '../otlp/receiver/receiver';
import type { Endpoint, LostPort, PortOwner } from '../protocol/engine';
import { listen, LOCAL_ADDRESSES, type ListenFault, type LocalAddress } from './localhost';
import { portOwner } from './ports/portOwner';
import { reservedRange } from './ports/reservedPorts';
import type { SharedPort } from './sharedPort';
import { lostPortOf, noticesOf, problemOf } from './sharedPortTexts';
import type { WindowIdentity } from './windows/frames';
import type { Siblings } from './windows/siblings';

export interface SharedPortsParts {
  createReceiver(): Receiver;
  changed(): void;
  readonly log: Log;
  readonly siblings: Pick<Siblings, 'follow' | 'isFollowing' | 'onGone'>;
  readonly retryMs?: number;
  /** Several windows that lost the same owner try one after the other, so that most find the port taken at once. */
  readonly jitterMs?: number;
  readonly ownerOf?: (port: number, address: LocalAddress) => Promise<PortOwner>;
  readonly rangeOf?: (port: number) => Promise<readonly [number, number] | undefined>;
}

const RETRY_MS = 5_000;
const JITTER_MS = 150;
const UNKNOWN_SPANLINE: PortOwner = {
  kind: 'spanline',
  name: 'a Spanline of another user, editor or profile',
};
/** Whoever turned out to be no window of ours is not asked again before. */
const STRANGER_MS = 30_000;

/**
 * The ports that programs outside a debug session send to. One that another window holds is followed there. One that anybody
 * else holds is tried again from time to time: it may be a Collector that ends.
 */
export class SharedPorts implements Disposable {
  private readonly ports = new Map<number, SharedPort>();
  private retry: NodeJS.Timeout | undefined;
  private takeover: NodeJS.Timeout | undefined;
  private disposed = false;

  constructor(private readonly parts: SharedPortsParts) {
    parts.siblings.onGone = (owner) => this.lost(owner);
  }

  /** Opens and closes ports until exactly these are tried. Resolves when each was tried once. */
  async configure(ports: readonly number[]): Promise<void> {
    const wanted = new Set(ports);
    for (const { port, receiver } of [...this.ports.values()]) {
      if (wanted.has(port)) continue;
      receiver.close();
      this.ports.delete(port);
    }
    const added = [...wanted].filter((port) => !this.ports.has(port)).map((port) => this.add(port));
    await Promise.all(added.map((port) => this.open(port)));
    this.parts.changed();
    this.scheduleRetry();
  }

  get endpoints(): Endpoint[] {
    return [...this.ports.values()].flatMap(({ port, open, followed }) =>
      LOCAL_ADDRESSES.flatMap((address): Endpoint[] => {
        if (open.has(address)) return [{ address, port, use: 'shared' }];
        return followed.has(address) ? [{ address, port, use: 'followed' }] : [];
      }),
    );
  }

  get problems(): string[] {
    return [...this.ports.values()].flatMap((port) => problemOf(port) ?? []);
  }

  get notices(): string[] {
    return noticesOf([...this.ports.values()]);
  }

  get lostPorts(): LostPort[] {
    return [...this.ports.values()].flatMap((port) => lostPortOf(port) ?? []);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.retry);
    clearTimeout(this.takeover);
    for (const { receiver } of this.ports.values()) receiver.close();
    this.ports.clear();
  }

  private add(port: number): SharedPort {
    const receiver = this.parts.createReceiver();
    const added: SharedPort = {
      port,
      receiver,
      open: new Set<LocalAddress>(),
      faults: new Map(),
      followed: new Map(),
      strangers: new Map(),
    };
    this.ports.set(port, added);
    return added;
  }

  /** Tries every address that is not ours. True when something is different now. */
  private async open(shared: SharedPort): Promise<boolean> {
    const before = summary(shared);
    const opened = shared.open.size;
    for (const address of LOCAL_ADDRESSES) {
      if (shared.open.has(address)) continue;
      const result = await listen(shared.receiver, address, shared.port);
      if (this.isObsolete(shared)) {
        shared.receiver.close();
        return false;
      }
      if (typeof result === 'number') {
        shared.open.add(address);
        shared.faults.delete(address);
        shared.followed.delete(address);
      } else {
        shared.faults.set(address, result);
      }
    }
    await Promise.all([...shared.faults].map(([address, fault]) => this.lookInto(shared, address, fault)));
    if (this.isObsolete(shared)) return false;
    if (shared.open.size > opened)
      this.parts.log.info(`Receiving on port ${shared.port} (${[...shared.open].join(', ')})`);
    return summary(shared) !== before;
  }

  private async lookInto(shared: SharedPort, address: LocalAddress, fault: ListenFault): Promise<void> {
    const { siblings, ownerOf = portOwner, rangeOf = reservedRange } = this.parts;
    if (fault === 'forbidden') shared.reserved ??= await rangeOf(shared.port);
    if (fault !== 'taken') return;
    const present = shared.followed.get(address);
    if (present && siblings.isFollowing(present)) return;
    const now = performance.now();
    if (now - (shared.strangers.get(address) ?? -Infinity) < STRANGER_MS) return;
    shared.strangers.delete(address);
    const met = await siblings.follow(address, shared.port);
    if (typeof met === 'object') {
      shared.followed.set(address, met);
      return;
    }
    shared.followed.delete(address);
    if (met !== 'nobody') shared.strangers.set(address, now);
    shared.owner = met === 'unknown' ? UNKNOWN_SPANLINE : await ownerOf(shared.port, address);
  }

  private isObsolete(shared: SharedPort): boolean {
    return this.disposed || this.ports.get(shared.port) !== shared;
  }

  private scheduleRetry(): void {
    clearTimeout(this.retry);
    const waiting = this.waiting;
    if (this.disposed || waiting.length === 0) return;
    this.retry = setTimeout(() => void this.tryAgain(waiting), this.parts.retryMs ?? RETRY_MS).unref();
  }

  private get waiting(): SharedPort[] {
    return [...this.ports.values()].filter(({ faults }) => [...faults.values()].includes('taken'));
  }

  private async tryAgain(waiting: readonly SharedPort[]): Promise<void> {
    const tried = waiting.filter((port) => !this.isObsolete(port)).map((port) => this.open(port));
    const changes = await Promise.all(tried);
    if (changes.includes(true)) this.parts.changed();
    this.scheduleRetry();
  }

  /** The window that owned them is gone: whoever is first takes them over, and the others follow that one. */
  private lost({ engine }: WindowIdentity): void {
    for (const { followed } of this.ports.values())
      for (const [address, owner] of followed) if (owner.engine === engine) followed.delete(address);
    clearTimeout(this.retry);
    clearTimeout(this.takeover);
    const jitter = Math.random() * (this.parts.jitterMs ?? JITTER_MS);
    this.takeover = setTimeout(() => void this.tryAgain(this.waiting), jitter).unref();
  }
}

function summary({ open, faults, followed, owner }: SharedPort): string {
  return JSON.stringify([[...open], [...faults], [...followed], owner]);
}
