import type { Receiver } from '../otlp/receiver/receiver';

/** Node 17 and later, curl and others try ::1 first when told "localhost". */
export const LOCAL_ADDRESSES = ['127.0.0.1', '::1'] as const;
export type LocalAddress = (typeof LOCAL_ADDRESSES)[number];

/** `http://[::1]:4318`. */
export function urlOf(address: LocalAddress, port: number): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** Why an address could not be listened on; `absent`: this machine has no such address, which is no fault. */
export type ListenFault = 'taken' | 'forbidden' | 'absent' | { readonly other: string };

/** The port, or the fault. */
export async function listen(receiver: Receiver, address: LocalAddress, port: number): Promise<number | ListenFault> {
  try {
    return await receiver.listen(address, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return 'taken';
    if (code === 'EACCES' || code === 'EPERM') return 'forbidden';
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return 'absent';
    return { other: message };
  }
}
