import type { PortOwner } from '../../protocol/engine';
import type { LocalAddress } from '../localhost';
import { kindByAnswers, kindOfProcess, probeByFetch, type Prober } from './ownerKinds';
import type { OwnerProcess } from './linuxProcess';
import { ownerProcess } from './ownerProcess';

export interface OwnerLookup {
  readonly process: (port: number) => Promise<OwnerProcess | undefined>;
  readonly probe: Prober;
}

const SYSTEM: OwnerLookup = { process: ownerProcess, probe: probeByFetch };

/** Who listens on a port that is not ours, as far as the system and the program itself tell. Never rejects. */
export async function portOwner(
  port: number,
  address: LocalAddress,
  { process, probe }: OwnerLookup = SYSTEM,
): Promise<PortOwner> {
  const found = await process(port);
  const byName = found && kindOfProcess(found.name);
  const host = address.includes(':') ? `[${address}]` : address;
  // Behind a tunnel may be anything, and many programs are called "node" or "java".
  const byAnswers = byName && byName.kind !== 'tunnel' ? undefined : await kindByAnswers(host, port, probe);
  const kind = byAnswers ?? byName;
  const described = found && `${found.name}, pid ${found.pid}`;
  if (!kind) return { kind: 'other', name: found ? `${found.name} (pid ${found.pid})` : 'another program' };
  const where = byAnswers && byName?.within ? ` ${byName.within}` : '';
  return { kind: kind.kind, name: `${kind.label}${where}${described ? ` (${described})` : ''}` };
}
