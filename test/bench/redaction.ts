// What it costs to look at a KeyValue for secrets and personal data, beside what one would write first: a text of it, and one regular
// expression after the other. The KeyValues are those that a store meets for the first time among the spans of lib/generateSpans.
import { build } from 'esbuild';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures } from './support/redactionSubject';

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'spanline-bench-'));
  try {
    const outfile = join(folder, 'subject.cjs');
    const entry = join(import.meta.dirname, 'support', 'redactionSubject.ts');
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20', logLevel: 'error' });
    const subject = fork(outfile, quick ? ['--quick'] : []);
    const [figures] = (await once(subject, 'message')) as [Figures];
    for (const [name, value] of Object.entries(figures)) console.log(name.padEnd(24), value);
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
