import type { LostPort } from '../protocol/engine';
import { LOCAL_ADDRESSES, type ListenFault, type LocalAddress, urlOf } from './localhost';
import type { SharedPort } from './sharedPort';
import type { WindowIdentity } from './windows/frames';

const SETTING = '"spanline.receiver.sharedPorts"';
const NOT_AFFECTED = 'Debug sessions are not affected.';

/** What is wrong with a port and what helps; undefined when nothing is, or when another window shows us what arrives there. */
export function problemOf(shared: SharedPort): string | undefined {
  const { port, open } = shared;
  const [first] = realFaults(shared);
  if (!first) return undefined;
  const [address, fault] = first;
  const holder = shared.owner?.name ?? 'another program';
  if (open.size > 0)
    return `Port ${port} on ${address} ${fault === 'taken' ? `is taken by ${holder}` : 'cannot be opened'}: programs that send to "localhost" may reach that instead. Let them send to ${urlOf([...open][0], port)}.`;
  if (fault === 'taken')
    return `Port ${port} is taken by ${holder}: what programs outside a debug session send there does not arrive here. Stop it, or choose other ports in ${SETTING}. ${NOT_AFFECTED}`;
  if (fault === 'forbidden') return forbiddenText(shared);
  return `Port ${port} cannot be opened: ${typeof fault === 'object' ? fault.other : fault}. Choose other ports in ${SETTING}. ${NOT_AFFECTED}`;
}

function forbiddenText({ port, reserved }: SharedPort): string {
  if (reserved)
    return `Port ${port} is among those that Windows keeps for itself (${reserved.join(' to ')}), often for Hyper-V or WSL. Choose another port in ${SETTING}, or run as administrator "net stop winnat", then "netsh int ipv4 add excludedportrange protocol=tcp startport=${port} numberofports=1", then "net start winnat". ${NOT_AFFECTED}`;
  if (port < 1024)
    return `Port ${port} may not be opened by this user: ports below 1024 are the administrator's. Choose a port above 1023 in ${SETTING}. ${NOT_AFFECTED}`;
  return `Port ${port} may not be opened by this user: a program has it to itself, or a security policy forbids it. Choose another port in ${SETTING}. ${NOT_AFFECTED}`;
}

/** Ports that other windows own, one sentence for each window. */
export function noticesOf(ports: readonly SharedPort[]): string[] {
  const byOwner = new Map<string, { owner: WindowIdentity; ports: Set<number> }>();
  for (const { port, followed } of ports) {
    for (const owner of followed.values()) {
      const known = byOwner.get(owner.engine) ?? { owner, ports: new Set() };
      known.ports.add(port);
      byOwner.set(owner.engine, known);
    }
  }
  return [...byOwner.values()].map(({ owner, ports: owned }) => {
    const [subject, verb, object] =
      owned.size === 1 ? [`Port ${[...owned][0]}`, 'is', 'its'] : [`Ports ${[...owned].join(' and ')}`, 'are', 'their'];
    const folder = owner.name && `, folder "${owner.name}"`;
    return `${subject} ${verb} taken by another Spanline window (pid ${owner.pid}${folder}): ${object} spans are shown here too.`;
  });
}

/** Undefined where the port is ours on some address, or another window shows us what arrives there. */
export function lostPortOf(shared: SharedPort): LostPort | undefined {
  const { port, open, owner, reserved } = shared;
  const [first] = realFaults(shared);
  if (!first || open.size > 0) return undefined;
  const [, fault] = first;
  const reason = typeof fault === 'object' || fault === 'absent' ? 'failed' : fault;
  return { port, reason: reserved ? 'reserved' : reason, ...(owner && { owner }) };
}

function realFaults({ faults, followed }: SharedPort): (readonly [LocalAddress, ListenFault])[] {
  return LOCAL_ADDRESSES.flatMap((address) => {
    const fault = faults.get(address);
    return fault === undefined || fault === 'absent' || followed.has(address) ? [] : [[address, fault] as const];
  });
}
