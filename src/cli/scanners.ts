import type { ScanUnit } from '../analysis/scan';
import type { UnitOptions, UnitReport } from '../analysis/threads/messages';
import type { ThreadOptions } from '../analysis/threads/scanThread';
import { ScanThreads } from '../analysis/threads/scanThreads';
import type { RuleMeta } from '../lint/rule';
import type * as Compiler from './compiler';

/** Looks at files. */
export interface Scanner {
  rules(): Promise<readonly RuleMeta[]>;
  /** Files are read anew; reports come in the order of the units. */
  scan(units: readonly ScanUnit[], options: UnitOptions): Promise<readonly UnitReport[]>;
  /** Ends its threads and keeps what V8 compiled; a scanner is asked nothing more. */
  close(): Promise<void>;
}

interface Loaded {
  readonly exports: Pick<typeof Compiler, 'UnitScanner' | 'rules'>;
  readonly keep: () => void;
}

/** In this thread, one unit after the other. */
export function scannerHere(load: () => Promise<Loaded>): Scanner {
  let loading: Promise<Loaded> | undefined;
  let hasScanned = false;
  const loaded = () => (loading ??= load());
  return {
    rules: async () => [...(await loaded()).exports.rules],
    scan: async (units, options) => {
      const { UnitScanner } = (await loaded()).exports;
      const scanner = new UnitScanner();
      hasScanned ||= units.length > 0;
      return units.map((unit) => scanner.scan(unit, options));
    },
    // What a look at nothing leaves compiled would not help those that come.
    close: async () => (hasScanned ? (await loading)?.keep() : undefined),
  };
}

/** In threads; what they leave since none can be started is done by another scanner. */
export function scannerInThreads(options: ThreadOptions, count: number, instead: Scanner): Scanner {
  const threads = new ScanThreads(options, count);
  let hasScanned = false;
  return {
    rules: async () => (await threads.rules()) ?? instead.rules(),
    scan: async (units, what) => {
      const reports: UnitReport[][] = units.map(() => []);
      hasScanned = true;
      const left = await threads.scan({ units, options: what, heard: (report, index) => reports[index].push(report) });
      return [...reports.flat(), ...(left.length > 0 ? await instead.scan(left, what) : [])];
    },
    close: async () => {
      if (hasScanned) await threads.keep();
      threads.dispose();
      await instead.close();
    },
  };
}
