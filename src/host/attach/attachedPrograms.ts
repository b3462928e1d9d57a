import { setTimeout as delay } from 'node:timers/promises';
import { type Disposable, Disposables } from '../../base/disposables';
import type { RunInfo } from '../../protocol/engine';
import type { EngineClient } from '../engineClient';
import type { Entries } from './entries';
import type { Entry } from './entry';
import { DEFAULT_PORT, type InspectableProgram, inspectablesAt, type NodeProcess } from './inspectables';

export interface AttachedProgram {
  readonly info: RunInfo;
  readonly pid: number | undefined;
}

const LIVENESS_MS = 2_000;
const OPENING_MS = 3_000;
const POLL_MS = 100;
/** Not from within the inspector's own answer, which it would wait for. */
const CLOSE_INSPECTOR = `(() => {
  const inspector = process.getBuiltinModule ? process.getBuiltinModule('inspector') : require('inspector');
  setTimeout(() => inspector.close(), 200).unref();
})()`;

/** Programs that were entered without a debug session: each is one run, until it ends or somebody detaches. */
export class AttachedPrograms implements Disposable {
  private readonly disposables = new Disposables();
  private readonly programs = new Map<string, AttachedProgram>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly entries: Entries,
    engine: EngineClient,
  ) {
    this.disposables.add(engine.onExited(({ run }) => this.detach(run)));
    this.disposables.onDispose(() => clearInterval(this.timer));
  }

  get all(): readonly AttachedProgram[] {
    return [...this.programs.values()];
  }

  /** Enters a program whose inspector listens. Rejects where it cannot be entered. */
  async attach({ title, url }: Pick<InspectableProgram, 'title' | 'url'>): Promise<Entry> {
    const { entries } = this;
    const info = entries.begin(title, undefined);
    try {
      const entry = await entries.withInspector(url, (evaluate) => entries.enter(info, undefined, evaluate));
      this.leave(entry.facts?.pid);
      this.programs.set(info.run, { info, pid: entry.facts?.pid });
      this.watch();
      return entry;
    } catch (error) {
      entries.end(info);
      throw error;
    }
  }

  /** The same for a process without an inspector, which SIGUSR1 opens and which is closed behind us. */
  async attachToProcess({ pid, commandLine }: NodeProcess): Promise<Entry> {
    const port = Number(/--inspect-port[= ](?:\S*:)?(\d+)/.exec(commandLine)?.[1] ?? DEFAULT_PORT);
    const url = await this.openInspector(pid, port);
    const title = commandLine.split(' ').find((word) => !word.startsWith('-')) ?? `pid ${pid}`;
    const entry = await this.attach({ title: title.replace(/^.*\//, ''), url });
    await this.entries.withInspector(url, (evaluate) => evaluate(CLOSE_INSPECTOR)).catch(() => {});
    return entry;
  }

  detach(run: string): void {
    const program = this.programs.get(run);
    if (!program) return;
    this.programs.delete(run);
    this.entries.end(program.info);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async openInspector(pid: number, port: number): Promise<string> {
    if ((await inspectablesAt(port)).length > 0)
      throw new Error(
        `port ${port} belongs to another program's inspector, so that of pid ${pid} cannot open. Give the program a port of its own: node --inspect-port=0.`,
      );
    try {
      process.kill(pid, 'SIGUSR1');
    } catch {
      throw new Error(`pid ${pid} cannot be signalled: it has ended, or belongs to another user.`);
    }
    for (const deadline = Date.now() + OPENING_MS; Date.now() < deadline; await delay(POLL_MS)) {
      const [opened] = await inspectablesAt(port);
      if (opened) return opened.url;
    }
    throw new Error(
      `pid ${pid} opened no inspector on port ${port} after SIGUSR1: it handles that signal itself, or is no Node program.`,
    );
  }

  /** It follows whoever attached last. */
  private leave(pid: number | undefined): void {
    for (const [run, known] of this.programs) if (pid !== undefined && known.pid === pid) this.detach(run);
  }

  private watch(): void {
    this.timer ??= setInterval(() => {
      for (const [run, { pid }] of this.programs) if (pid !== undefined && !isAlive(pid)) this.detach(run);
      if (this.programs.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    }, LIVENESS_MS).unref();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
