import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

/** One line of JSON in the report file. */
export type HostTestEvent =
  | { readonly event: 'pass'; readonly file: string; readonly title: string; readonly ms: number }
  | { readonly event: 'fail'; readonly file: string; readonly title: string; readonly error: string }
  | { readonly event: 'pending'; readonly file: string; readonly title: string }
  | { readonly event: 'end' };

/** Runs inside the extension host. Results go to `report` as they come: the host may die before the end. `load` has a function for each file. */
export async function runMocha(report: string, load: Readonly<Record<string, () => void>>): Promise<void> {
  const tell = (event: HostTestEvent): void => appendFileSync(report, `${JSON.stringify(event)}\n`);
  const mocha = new Mocha({ ui: 'bdd', timeout: 180_000, reporter: Mocha.reporters.Base });
  for (const [file, loadFile] of Object.entries(load)) {
    // From here on its tests and hooks are of this file.
    mocha.suite.emit('pre-require', globalThis as Mocha.MochaGlobals, file, mocha);
    loadFile();
  }
  const of = (test: Mocha.Runnable) => ({ file: test.file ?? '', title: test.fullTitle() });

  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => tell({ event: 'pass', ...of(test), ms: test.duration ?? 0 }))
      .on('pending', (test) => tell({ event: 'pending', ...of(test) }))
      .on('fail', (test, error: unknown) => tell({ event: 'fail', ...of(test), error: describe(error) }));
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
