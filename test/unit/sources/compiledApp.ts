import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CallFrame } from '../../../src/protocol/preload';

/** A folder that lives as long as the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spanline-sources-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A program whose types and comments make its generated lines differ from its own. */
export const SOURCE = `interface Tracer {
  startSpan(name: string): void;
}

/** Takes orders. */
export class Orders {
  private readonly taken: string[] = [];

  create(name: string): void {
    const label: string = \`create \${name}\`;
    this.taken.push(label);
    if (name) (globalThis as unknown as { tracer: Tracer }).tracer.startSpan(label);
  }
}
new Orders().create('tea');
`;

/** Where {@link SOURCE} starts its span: 1-based line and column, and the function. */
export const SITE = (() => {
  const before = SOURCE.slice(0, SOURCE.indexOf('startSpan(label)'));
  const line = before.split('\n').length;
  return { line, column: before.length - before.lastIndexOf('\n') };
})();

/** Runs a CommonJS file and gives the frames below \`startSpan\`, as V8 counts them. */
export function framesOf(file: string): CallFrame[] {
  let frames: CallFrame[] = [];
  const place = globalThis as { tracer?: object };
  place.tracer = { startSpan: () => (frames = captured()) };
  try {
    createRequire(import.meta.url)(file);
  } finally {
    delete place.tracer;
  }
  return frames.filter(([path]) => path.startsWith(dirname(file)) || path.startsWith('file:'));
}

function captured(): CallFrame[] {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) => sites;
  try {
    const sites = new Error().stack as unknown as NodeJS.CallSite[];
    return sites
      .slice(2)
      .map((site) => [
        site.getFileName() ?? '',
        site.getLineNumber() ?? 0,
        site.getColumnNumber() ?? 0,
        site.getFunctionName() ?? '',
      ]);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}
