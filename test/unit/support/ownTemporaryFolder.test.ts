import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { bundled } from '../../support/bundled';

/** Starts a program that leaves a file, says where, and waits for a signal when it is told to. */
const RUN = `
  const { useOwnTemporaryFolder } = require(process.argv[1]);
  useOwnTemporaryFolder();
  const first = process.env.TMPDIR;
  useOwnTemporaryFolder();
  const leave = 'const at = require("os").tmpdir(); require("fs").writeFileSync(at + "/left", ""); console.log(at)';
  const folder = require('child_process').execFileSync(process.execPath, ['-e', leave], { encoding: 'utf8' }).trim();
  console.log(JSON.stringify({ folder, first }));
  if (process.argv[2] === 'killed') process.kill(process.pid, 'SIGTERM'), setInterval(() => {}, 1000);
`;

test.each([
  ['ends', 0],
  ['killed', 143],
])('what programs leave in the temporary folder goes with the run that started them: %s', async (how, code) => {
  // Beside the folder of this very run, which would do for it.
  const outside = dirname(tmpdir());
  const env = { ...process.env, TMPDIR: outside, TMP: outside, TEMP: outside };
  const run = spawn(process.execPath, ['-e', RUN, bundled('test/support/ownTemporaryFolder.ts'), how], { env });
  const [said, [exitCode]] = await Promise.all([text(run.stdout), once(run, 'exit')]);
  const { folder, first } = JSON.parse(said) as { folder: string; first: string };
  expect(folder).toBe(first);
  expect(dirname(folder)).toBe(outside);
  expect(exitCode).toBe(code);
  expect(existsSync(folder)).toBe(false);
});
