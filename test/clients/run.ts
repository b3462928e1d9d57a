// The receiver with the clients that people have: what they say they sent is compared with what is stored.
//   npm run test:clients                    all; what they need is installed below .vscode-test/matrix
//   npm run test:clients -- --only=<text>   those whose name contains the text
// A client that cannot be had on this machine is named and counts neither as passed nor as failed.
// The last line is "N passed, N failed".
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useOwnTemporaryFolder } from '../support/ownTemporaryFolder';
import { silentLog } from '../../src/base/log';
import { startEngine } from '../../src/engine/startEngine';
import type { RunId } from '../../src/model/ids';
import { QUIET_ENGINE } from '../support/engineSettings';
import { withSecondTry } from '../support/secondTry';
import { runScript } from '../vscode/harness/shell';
import type { Client } from './cell';
import { CURL } from './curl';
import { DENO } from './deno';
import { JAVASCRIPT } from './javascript';
import { PYTHON } from './python';

const CLIENTS: readonly Client[] = [...JAVASCRIPT, CURL, DENO, PYTHON];

async function main(): Promise<void> {
  useOwnTemporaryFolder();
  const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length) ?? '';
  const storageDir = await mkdtemp(join(tmpdir(), 'spanline-clients-'));
  const engine = startEngine({ ...QUIET_ENGINE, storageDir, maxRequestBytes: 64 * 2 ** 20 }, silentLog);
  const { url } = await engine.openSession({ run: 'clients' as RunId, name: 'clients', startedAt: Date.now() });
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const { cells, prepare } of CLIENTS) {
    const wanted = cells.filter(({ name }) => name.includes(only));
    const lacking = wanted.length > 0 ? await prepare() : undefined;
    for (const { name, check } of wanted) {
      if (lacking !== undefined) {
        count.skipped++;
        console.log(`– ${name}: skipped, ${lacking}`);
        continue;
      }
      const faults = await withSecondTry(name, () => check(engine, url));
      count[faults.length > 0 ? 'failed' : 'passed']++;
      console.log([`${faults.length > 0 ? '✗' : '✓'} ${name}`, ...faults.map((fault) => `    ${fault}`)].join('\n'));
    }
  }
  await engine.shutdown();
  await rm(storageDir, { recursive: true, force: true });
  if (count.passed === 0) {
    count.failed++;
    console.log('✗ not one client could be tried');
  }
  if (count.skipped > 0) console.log(`${count.skipped} skipped`);
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed > 0 ? 1 : 0;
}

runScript(main);
