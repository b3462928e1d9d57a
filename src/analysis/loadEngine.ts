import { fileURLToPath } from 'node:url';
import { loadCompiled } from './compiledCode';
import type * as Module from './engine';

/** The file beside the bundles that holds all that needs the compiler. Put in by the build; undefined where the sources run. */
declare const SPANLINE_COMPILER: string | undefined;

/** After the start, which belongs to the documents that are open. */
const KEEP_AFTER_MS = 15_000;

/** As the server loads it: what V8 compiled is kept when the first files were looked at. */
export async function loadEngine(): Promise<Pick<typeof Module, 'Engine'>> {
  if (typeof SPANLINE_COMPILER === 'undefined') return import('./engine');
  const path = fileURLToPath(new URL(SPANLINE_COMPILER, import.meta.url));
  const { exports, keep } = loadCompiled<typeof Module>(path, 'server');
  setTimeout(keep, KEEP_AFTER_MS).unref();
  return exports;
}
