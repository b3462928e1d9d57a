import { buildSync } from 'esbuild';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One file with all that an entry of this repository needs, to be run in a thread or process of its own. */
export function bundled(entry: string): string {
  const outfile = join(mkdtempSync(join(tmpdir(), 'spanline-bundle-')), 'bundle.js');
  buildSync({
    entryPoints: [join(import.meta.dirname, '../..', entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
  });
  return outfile;
}
