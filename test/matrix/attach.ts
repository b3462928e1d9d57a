import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { enterProgram } from '../../src/host/attach/entry';
import { withInspector } from '../../src/host/attach/inspector';
import type { RunId } from '../../src/model/ids';
import { RUN } from './sinks';

/** Node's option for programs that somebody attaches to. */
export const INSPECT = '--inspect=0';
const READY = 'ready';
const GO = 'go\n';

export interface AttachTo {
  readonly preload: string;
  readonly endpoint: string;
  readonly spool: string;
}

/** Waits until the program says that it is ready, enters it unless it runs as without us, and lets it go to work. */
export async function startWork(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  target: AttachTo | undefined,
): Promise<void> {
  const [url] = await Promise.all([saidBy(child.stderr, /ws:\/\/\S+/), saidBy(child.stdout, new RegExp(READY))]);
  if (target) {
    const endpoint = { url: target.endpoint, spoolDir: target.spool };
    const run = RUN as RunId;
    await withInspector(url, (evaluate) =>
      enterProgram({ preload: target.preload, run, endpoint, bundledSdk: true }, evaluate),
    );
  }
  child.stdin.end(GO);
}

/** The first words that match; never, where the stream ends without. */
function saidBy(stream: Readable, words: RegExp): Promise<string> {
  let said = '';
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const match = words.exec(said);
      if (match) resolve(match[0]);
    });
  });
}
