#!/usr/bin/env node
// `spanline` on the command line: the same rules as in the editor, without VS Code.
import { fileURLToPath } from 'node:url';
import { loadCompiled } from '../analysis/compiledCode';
import { HEAP_MB, threadCount } from '../analysis/threads/threadCount';
import { errorMessage } from '../base/log';
import type * as Compiler from './compiler';
import { lintCommand } from './lint';
import { scannerHere, scannerInThreads, type Scanner } from './scanners';
import { tuneForShortRun } from './shortRun';
import { LINT_USAGE } from './usage';

/** Put in by the build. */
declare const SPANLINE_VERSION: string | undefined;
declare const SPANLINE_COMPILER: string | undefined;
declare const SPANLINE_SCAN_THREAD: string;
const VERSION = typeof SPANLINE_VERSION === 'undefined' ? 'unbuilt' : SPANLINE_VERSION;

const USAGE = `spanline <command>

Commands
  lint   find mistakes in OpenTelemetry instrumentation

${LINT_USAGE}`;

async function lint(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(LINT_USAGE);
    return 0;
  }
  tuneForShortRun();
  const made: Scanner[] = [];
  const scannerFor = (files: number, threads: number | undefined) => {
    const scanner = scannerOf(threads ?? threadCount(files));
    made.push(scanner);
    return scanner;
  };
  try {
    return await lintCommand(args, process.stdout, process.stderr, scannerFor);
  } finally {
    for (const scanner of made) await scanner.close();
  }
}

/** Compiled code is kept by this name: V8 takes back only what was made under the flags that this process sets. */
const KIND = 'command';

function scannerOf(count: number): Scanner {
  if (typeof SPANLINE_COMPILER === 'undefined')
    return scannerHere(async () => ({ exports: await import('./compiler'), keep: () => {} }));
  const compiler = fileURLToPath(new URL(SPANLINE_COMPILER, import.meta.url));
  const here = scannerHere(() => Promise.resolve(loadCompiled<typeof Compiler>(compiler, KIND)));
  if (count < 2) return here;
  const entry = fileURLToPath(new URL(SPANLINE_SCAN_THREAD, import.meta.url));
  return scannerInThreads({ entry, compiler, kind: KIND, heapMb: HEAP_MB / count }, count, here);
}

async function main(): Promise<number> {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'lint') return lint(args);
  if (command === '--version') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const asked = command === undefined || command === 'help' || command === '--help' || command === '-h';
  (asked ? process.stdout : process.stderr).write(asked ? USAGE : `There is no command "${command}".\n\n${USAGE}`);
  return asked ? 0 : 2;
}

// Who reads only the beginning, as `head` does, has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${errorMessage(error)}\n`);
    process.exitCode = 2;
  },
);
