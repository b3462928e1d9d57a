import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

/** One line of JSON in the report file. */
export type HostTestEvent =
  | { readonly event: 'pass'; readonly title: string; readonly ms: number }
  | { readonly event: 'fail'; readonly title: string; readonly error: string }
  | { readonly event: 'retry'; readonly title: string; readonly error: string }
  | { readonly event: 'pending'; readonly title: string }
  | { readonly event: 'end' };

/** Runs inside the extension host. Results go to `report` as they come: the host may die before the end. */
export async function runMocha(report: string, loadTests: () => void): Promise<void> {
  const tell = (event: HostTestEvent): void => appendFileSync(report, `${JSON.stringify(event)}\n`);
  // What fails in a busy window is tried once more, and named at the end of the run.
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, retries: 1, reporter: Mocha.reporters.Base });
  mocha.suite.emit('pre-require', globalThis as Mocha.MochaGlobals, '', mocha);
  loadTests();

  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => tell({ event: 'pass', title: test.fullTitle(), ms: test.duration ?? 0 }))
      .on('pending', (test) => tell({ event: 'pending', title: test.fullTitle() }))
      .on('retry', (test, error: unknown) => tell({ event: 'retry', title: test.fullTitle(), error: describe(error) }))
      .on('fail', (test, error: unknown) => tell({ event: 'fail', title: test.fullTitle(), error: describe(error) }));
  });
  tell({ event: 'end' });
  if (failures > 0) throw new Error(`${failures} failed`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { actual, expected } = error as { actual?: unknown; expected?: unknown };
  const comparison =
    expected === undefined ? '' : `\nexpected ${JSON.stringify(expected)}\nactual   ${JSON.stringify(actual)}`;
  return `${error.stack ?? error.message}${comparison}`;
}
