import type { Receiver } from '../otlp/receiver/receiver';
import type { PortOwner } from '../protocol/engine';
import type { ListenFault, LocalAddress } from './localhost';
import type { WindowIdentity } from './windows/frames';

/** One port and what became of it on each address. */
export interface SharedPort {
  readonly port: number;
  readonly receiver: Receiver;
  readonly open: Set<LocalAddress>;
  readonly faults: Map<LocalAddress, ListenFault>;
  /** Addresses that another window owns and whose spans we are shown. */
  readonly followed: Map<LocalAddress, WindowIdentity>;
  /** When somebody else was last asked and turned out to be no window of ours, by `performance.now()`. */
  readonly strangers: Map<LocalAddress, number>;
  /** Who else holds it, once that was looked up. */
  owner?: PortOwner;
  /** The system's own range that it lies in. */
  reserved?: readonly [first: number, last: number];
}
