import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundled } from '../../support/bundled';
import type { EngineProcessSetup } from '../../support/engineProcess';
import { engineOptions, resourceSpans, send, span, temporaryFolder } from './testEngine';

let engineFile: string;
let processFile: string;

beforeAll(() => {
  engineFile = bundled('src/engine/main.ts');
  processFile = bundled('test/support/engineProcess.ts');
});

interface EngineProcess {
  readonly child: ChildProcess;
  keep(...names: string[]): Promise<void>;
  /** Names of the traces that its window shows, the newest first, once everything is back. */
  shown(): Promise<string[]>;
}

async function startProcess(storageDir: string, run: string, isAttended?: boolean): Promise<EngineProcess> {
  const options = { ...engineOptions(storageDir), maxJournalBytes: 64 * 1024 * 1024 };
  const setup: EngineProcessSetup = { engineFile, options, run, isAttended };
  const child = fork(processFile, [JSON.stringify(setup)], { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const ask = async () => {
    child.send('traces');
    const [said] = (await once(child, 'message')) as [{ restoring: boolean; traces: string[] }];
    return said;
  };
  return {
    child,
    keep: async (...names) => {
      for (const name of names) {
        const { status } = await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span(name)) });
        expect(status).toBe(200);
      }
    },
    shown: async () => {
      await expect.poll(async () => (await ask()).restoring).toBe(false);
      return (await ask()).traces;
    },
  };
}

/** How often each name is in the journals of all. */
function kept(storageDir: string, names: readonly string[]): number[] {
  const parent = join(storageDir, 'journal');
  const files = readdirSync(parent, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.spj'));
  const text = files.map((path) => readFileSync(join(parent, path), 'latin1')).join();
  return names.map((name) => text.split(name).length - 1);
}

describe('the process of a window that was left without a word', () => {
  it('hands its traces to the next window’s, and what it receives from then on is lost neither', async () => {
    const storageDir = temporaryFolder();
    const left = await startProcess(storageDir, 'run-1');
    await left.keep('first', 'second');
    const next = await startProcess(storageDir, 'run-2', true);
    await next.keep('third');
    expect(await next.shown()).toEqual(['third', 'second', 'first']);
    await left.keep('fourth');
    await next.keep('fifth');
    next.child.kill('SIGKILL');
    await once(next.child, 'exit');
    const last = await startProcess(storageDir, 'run-3', true);
    expect((await last.shown()).sort()).toEqual(['fifth', 'first', 'fourth', 'second', 'third']);
    expect(kept(storageDir, ['first', 'second', 'third', 'fourth', 'fifth'])).toEqual([1, 1, 1, 1, 1]);
  });

  it('keeps them while its window answers', async () => {
    const storageDir = temporaryFolder();
    const open = await startProcess(storageDir, 'run-1', true);
    await open.keep('mine');
    const next = await startProcess(storageDir, 'run-2', true);
    await next.keep('yours');
    expect(await next.shown()).toEqual(['yours']);
    expect(await open.shown()).toEqual(['mine']);
  });

  it('that was killed is followed at once', async () => {
    const storageDir = temporaryFolder();
    const killed = await startProcess(storageDir, 'run-1', true);
    await killed.keep('first');
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const next = await startProcess(storageDir, 'run-2', true);
    expect(await next.shown()).toEqual(['first']);
  });
});
