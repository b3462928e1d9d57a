// A process: types a name into a traced file of the workspace, character by character, looks at it after each, and prints what that took.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../../../src/analysis/engine';
import { TYPED_TOGETHER } from '../../../src/analysis/scan';
import { silentLog } from '../../../src/base/log';
import { modulePath, TRACED_EVERY_DENSE } from './lintWorkspace';
import { quantile } from './quantiles';

const SETTINGS = { enabled: true, rules: {}, wrappers: [] };

async function keystrokes(root: string, turns: number): Promise<Record<string, number>> {
  const path = join(root, modulePath(TRACED_EVERY_DENSE));
  const text = await readFile(path, 'utf8');
  const at = text.indexOf("addEvent('") + "addEvent('".length;
  const engine = new Engine({ open: () => undefined }, silentLog);
  const typed = (turn: number) => text.slice(0, at) + 'x'.repeat(turn) + text.slice(at);
  const time = (look: (text: string) => unknown) => {
    const times: number[] = [];
    for (let turn = -20; turn < turns; turn++) {
      const now = typed(turn + 20);
      const before = performance.now();
      look(now);
      if (turn >= 0) times.push(performance.now() - before);
    }
    return times;
  };
  const syntax = time((now) => engine.lint(path, now, SETTINGS));
  const types = time((now) => engine.lintTyped(path, now, SETTINGS));
  engine.prepareTypes(await tracedFiles(root));
  const inLargest = time((now) => engine.lintTyped(path, now, SETTINGS));
  return {
    keystroke_syntax_ms_p50: round(quantile(syntax, 0.5)),
    keystroke_syntax_ms_p95: round(quantile(syntax, 0.95)),
    keystroke_typed_ms_p50: round(quantile(types, 0.5)),
    keystroke_typed_ms_p95: round(quantile(types, 0.95)),
    keystroke_largest_program_ms_p95: round(quantile(inLargest, 0.95)),
  };
}

/** As many as share a program while a workspace is scanned: there is never a larger one. */
function tracedFiles(root: string): Promise<{ path: string; text: string }[]> {
  const paths = Array.from({ length: TYPED_TOGETHER }, (_, index) => join(root, modulePath(index)));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
}

const round = (value: number): number => Number(value.toFixed(value < 10 ? 2 : 0));

const [root, turns] = process.argv.slice(2);
console.log(JSON.stringify(await keystrokes(root, Number(turns))));
