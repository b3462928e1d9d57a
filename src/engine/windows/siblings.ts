import { randomUUID } from 'node:crypto';
import type { Disposable } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import type { Outcome } from '../../otlp/receiver/options';
import type { WindowsOptions } from '../../protocol/engine';
import type { LocalAddress } from '../localhost';
import type { LiveFrame, WindowIdentity } from './frames';
import { LiveClient, type Met } from './liveClient';
import { LiveServer } from './liveServer';
import { sharedSecret } from './secret';

/** Owners that are remembered with what was had of them. */
const REMEMBERED = 50;

export interface SiblingsParts {
  readonly engineId: string;
  /** Undefined: this window keeps to itself. */
  readonly options: WindowsOptions | undefined;
  readonly log: Log;
  readonly maxRequestBytes: () => number;
  readonly runs: () => readonly string[];
  readonly take: (frame: LiveFrame) => Outcome | Promise<Outcome>;
}

export type Neighbour = WindowIdentity | Exclude<Met, LiveClient>;

/** The other windows of the editor: those that follow this one, and those that this one follows. */
export class Siblings implements Disposable {
  readonly server: LiveServer;
  /** A window that was followed is gone, or has cut us off. */
  onGone: ((owner: WindowIdentity) => void) | undefined;
  private secret: string | undefined;
  private readonly followed = new Map<string, LiveClient>();
  private readonly lastFrames = new Map<string, number>();
  private opened: Promise<void> | undefined;
  private disposed = false;

  constructor(private readonly parts: SiblingsParts) {
    const { engineId: engine, options, log } = parts;
    const identity = { engine, pid: process.pid, name: options?.name ?? '' };
    this.server = new LiveServer({ identity, log });
  }

  /** Before it nobody follows anybody. Whoever asks first is also told first. */
  open(): Promise<void> {
    this.opened ??= this.learnSecret();
    return this.opened;
  }

  private async learnSecret(): Promise<void> {
    const { options, log } = this.parts;
    if (!options) return;
    try {
      this.secret = await sharedSecret(options.sharedDir);
      this.server.secret = this.secret;
    } catch (error) {
      log.warn(`Windows of this editor cannot show each other's spans: ${errorMessage(error)}`);
    }
  }

  /** Asks who holds a port. A window of the same user is followed from then on. */
  async follow(address: LocalAddress, port: number): Promise<Neighbour> {
    // Without the secret a Spanline is recognised all the same.
    const secret = this.secret ?? randomUUID();
    const met = await LiveClient.meet(address, port, { ...this.parts, secret });
    if (!(met instanceof LiveClient)) return met;
    const { owner } = met;
    // Its other ports were asked first; the stream is the same.
    if (this.disposed || this.followed.get(owner.engine)?.isOpen) met.close();
    else this.begin(met);
    return owner;
  }

  get following(): WindowIdentity[] {
    return [...this.followed.values()].map(({ owner }) => owner);
  }

  isFollowing({ engine }: WindowIdentity): boolean {
    return this.followed.has(engine);
  }

  runsChanged(): void {
    for (const client of this.followed.values()) client.runsChanged();
  }

  dispose(): void {
    this.disposed = true;
    this.server.close();
    for (const client of this.followed.values()) client.close();
    this.followed.clear();
  }

  private begin(client: LiveClient): void {
    const { owner } = client;
    this.followed.set(owner.engine, client);
    client.onClosed = () => {
      this.remember(owner, client.last);
      if (this.followed.get(owner.engine) !== client) return;
      this.followed.delete(owner.engine);
      if (!this.disposed) this.onGone?.(owner);
    };
    client.start(this.lastFrames.get(owner.engine));
    this.parts.log.info(`Following window "${owner.name}" (pid ${owner.pid})`);
  }

  private remember({ engine }: WindowIdentity, last: number): void {
    this.lastFrames.delete(engine);
    this.lastFrames.set(engine, last);
    for (const oldest of this.lastFrames.keys()) {
      if (this.lastFrames.size <= REMEMBERED) return;
      this.lastFrames.delete(oldest);
    }
  }
}
