import type { Disposable } from '../base/disposables';
import type { Log } from '../base/log';
import type { Receiver } from '../otlp/receiver/receiver';
import type { Endpoint } from '../protocol/engine';
import { listen, LOCAL_ADDRESSES, type ListenFault, type LocalAddress } from './localhost';
import { portOwner } from './portOwner';

const SETTING = '"spanline.receiver.sharedPorts"';

interface SharedPort {
  readonly port: number;
  readonly receiver: Receiver;
  readonly open: Set<LocalAddress>;
  readonly faults: Map<LocalAddress, ListenFault>;
  /** Who holds it, once that was looked up. */
  owner?: string;
}

/**
 * The ports that programs outside a debug session send to. One that another program holds is tried again from time to time: it
 * may be another window of the editor, or a Collector that ends.
 */
export class SharedPorts implements Disposable {
  private readonly ports = new Map<number, SharedPort>();
  private retry: NodeJS.Timeout | undefined;
  private disposed = false;

  constructor(
    private readonly createReceiver: () => Receiver,
    private readonly changed: () => void,
    private readonly log: Log,
    private readonly retryMs = 5_000,
  ) {}

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
    this.changed();
    this.scheduleRetry();
  }

  get endpoints(): Endpoint[] {
    return [...this.ports.values()].flatMap(({ port, open }) =>
      LOCAL_ADDRESSES.filter((address) => open.has(address)).map((address) => ({
        address,
        port,
        use: 'shared' as const,
      })),
    );
  }

  get problems(): string[] {
    return [...this.ports.values()].flatMap((port) => problemOf(port) ?? []);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.retry);
    for (const { receiver } of this.ports.values()) receiver.close();
    this.ports.clear();
  }

  private add(port: number): SharedPort {
    const added = { port, receiver: this.createReceiver(), open: new Set<LocalAddress>(), faults: new Map() };
    this.ports.set(port, added);
    return added;
  }

  private async open(shared: SharedPort): Promise<boolean> {
    const before = shared.open.size;
    for (const address of LOCAL_ADDRESSES) {
      if (shared.open.has(address)) continue;
      const result = await listen(shared.receiver, address, shared.port);
      if (this.ports.get(shared.port) !== shared) {
        shared.receiver.close();
        return false;
      }
      if (typeof result === 'number') {
        shared.open.add(address);
        shared.faults.delete(address);
      } else shared.faults.set(address, result);
    }
    if (shared.open.size > before) this.log.info(`Receiving on port ${shared.port} (${[...shared.open].join(', ')})`);
    if ([...shared.faults.values()].includes('taken'))
      shared.owner ??= (await portOwner(shared.port)) ?? 'another program';
    return shared.open.size > before;
  }

  private scheduleRetry(): void {
    clearTimeout(this.retry);
    const waiting = [...this.ports.values()].filter(({ faults }) => [...faults.values()].includes('taken'));
    if (this.disposed || waiting.length === 0) return;
    this.retry = setTimeout(() => void this.tryAgain(waiting), this.retryMs).unref();
  }

  private async tryAgain(waiting: readonly SharedPort[]): Promise<void> {
    const opened = await Promise.all(
      waiting.filter((port) => this.ports.get(port.port) === port).map((p) => this.open(p)),
    );
    if (opened.includes(true)) this.changed();
    this.scheduleRetry();
  }
}

function problemOf({ port, open, faults, owner }: SharedPort): string | undefined {
  const real = [...faults].filter(([, fault]) => fault !== 'absent');
  const [first] = real;
  if (!first) return undefined;
  const [address, fault] = first;
  const holder = owner ?? 'another program';
  if (open.size > 0)
    return `Port ${port} on ${address} ${fault === 'taken' ? `is taken by ${holder}` : 'cannot be opened'}: programs that send to "localhost" may reach that instead. Let them send to http://${[...open][0]}:${port}.`;
  if (fault === 'taken')
    return `Port ${port} is taken by ${holder}: what programs outside a debug session send there does not arrive here. Stop it, or choose other ports in ${SETTING}. Debug sessions are not affected.`;
  if (fault === 'forbidden')
    return `Port ${port} may not be opened by this user. Choose a port above 1023 in ${SETTING}. Debug sessions are not affected.`;
  return `Port ${port} cannot be opened: ${typeof fault === 'object' ? fault.other : fault}. Choose other ports in ${SETTING}. Debug sessions are not affected.`;
}
