import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSemconv, type SemconvTable } from './table';

export const SEMCONV_PACKAGE = '@opentelemetry/semantic-conventions';

/** Reads an installed package from its folder. Undefined when there is none, or none of a known layout. */
export function installedSemconv(folder: string): SemconvTable | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    const files = [
      ...declarations(join(folder, 'dist'), '.d.cts'),
      ...declarations(join(folder, 'build', 'src'), '.d.ts'),
    ];
    const table = readSemconv(version, files);
    return table.constants.size > 0 ? table : undefined;
  } catch {
    return undefined;
  }
}

/** The package keeps what its main entry exports in files called stable, trace and resource. */
function declarations(folder: string, ending: string): { text: string; stable: boolean }[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return []; // the other layout
  }
  return names
    .filter((name) => name.endsWith(ending) && !/(^|[\\/])(esm|esnext)[\\/]/.test(name))
    .map((name) => ({ text: readFileSync(join(folder, name), 'utf8'), stable: !/experimental|incubating/.test(name) }));
}
