import { errorMessage } from '../base/log';
import { refusal, type Refusal } from './rpcStatus';
import type { Signal } from './signals';

type Lists = Readonly<Record<string, readonly Lists[] | undefined>>;

/** How the records of a request are nested. */
const LEVELS: Readonly<Record<Exclude<Signal['id'], 'traces'>, readonly string[]>> = {
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
};

/** Checks a request of logs or metrics and counts its records. Loads protobufjs on first use. */
export async function countRecords(signal: Signal, request: Uint8Array): Promise<number | Refusal> {
  if (signal.id === 'traces') throw new Error('Traces are counted by the store');
  const { decode } = await import('./reflection');
  try {
    let lists = [decode(signal.request, request)] as unknown as readonly Lists[];
    for (const member of LEVELS[signal.id]) lists = lists.flatMap((each) => each[member] ?? []);
    return lists.length;
  } catch (error) {
    return refusal.malformed(`The request is no valid ${signal.request.name}: ${errorMessage(error)}`);
  }
}
