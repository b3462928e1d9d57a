// What the preload costs the program that it is in: latency of an HTTP service, start-up, and one captured call site.
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureStack, framesOf } from '../../src/preload/capture/callStack';
import { JOURNAL_FOLDER, PRELOAD_ENV } from '../../src/protocol/preload';
import { PRELOAD } from '../matrix/execute';
import { INSTALLED, installProgram } from '../matrix/programs';
import { RUN, Sinks } from '../matrix/sinks';

/** Requests to one service before the other has its turn: short, so that both see the same machine. */
const BLOCK = 20;
/** Where programs keep their journals, as in a session. */
const SPOOL = mkdtempSync(join(tmpdir(), 'spanline-bench-'));

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  for (const program of ['sdk2', 'plain']) await installProgram(program);
  const sinks = await Sinks.open();
  mkdirSync(join(SPOOL, JOURNAL_FOLDER));
  try {
    const figures = {
      ...(await measureRequests(sinks, '/5', quick ? 15 : 60)),
      ...(await measureRequests(sinks, '/26', quick ? 15 : 60)),
      ...measureStarts(sinks, quick ? 9 : 41),
      ...measureCaptures(quick ? 50_000 : 300_000),
    };
    for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(36)} ${value}`);
    return figures;
  } finally {
    sinks.close();
    rmSync(SPOOL, { recursive: true, force: true });
  }
}

/** Two services side by side, asked in turns: the SDK alone, and the SDK with us. */
async function measureRequests(sinks: Sinks, path: string, rounds: number): Promise<Record<string, number>> {
  const services = [await Service.start(sinks, false), await Service.start(sinks, true)];
  for (const service of services) await service.ask(path, 300);
  const before = await Promise.all(services.map((service) => service.cpuMicros()));
  const added: number[] = [];
  const p50s: number[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const times = [[], []] as number[][];
    for (let block = 0; block < 4; block++) {
      const order = block % 2 === 0 ? [0, 1] : [1, 0];
      for (const which of order) times[which].push(...(await services[which].ask(path, BLOCK)));
      sinks.drain();
    }
    const [alone, withUs] = times.map(median);
    p50s[0].push(alone);
    p50s[1].push(withUs);
    added.push((withUs / alone - 1) * 100);
  }
  const after = await Promise.all(services.map((service) => service.cpuMicros()));
  await Promise.all(services.map((service) => service.stop()));
  const [cpuAlone, cpuWithUs] = after.map((micros, which) => (micros - before[which]) / (rounds * 4 * BLOCK));
  const spans = path.slice(1);
  return {
    [`http_${spans}_spans_sdk_ms_p50`]: rounded(median(p50s[0]), 3),
    [`http_${spans}_spans_preload_ms_p50`]: rounded(median(p50s[1]), 3),
    [`http_${spans}_spans_added_percent`]: rounded(median(added), 2),
    [`http_${spans}_spans_added_cpu_us`]: rounded(cpuWithUs - cpuAlone, 1),
  };
}

class Service {
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(sinks: Sinks, withPreload: boolean): Promise<Service> {
    const cwd = join(INSTALLED, 'sdk2');
    const env = environment(sinks, withPreload);
    const child = fork(join(cwd, 'service.cjs'), {
      cwd,
      env,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [port] = (await once(child, 'message')) as [number];
    return new Service(child, port);
  }

  /** Milliseconds of each of `count` requests, one after another. */
  async ask(path: string, count: number): Promise<number[]> {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      await this.request(path);
      times.push(performance.now() - start);
    }
    return times;
  }

  /** User and system time that the process has had. */
  async cpuMicros(): Promise<number> {
    this.child.send('cpu?');
    const [{ user, system }] = (await once(this.child, 'message')) as [NodeJS.CpuUsage];
    return user + system;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.child.disconnect();
    await once(this.child, 'exit');
  }

  private request(path: string): Promise<void> {
    const { agent, port } = this;
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, agent }, (response) => response.resume().on('end', resolve)).on(
        'error',
        reject,
      );
    });
  }
}

/**
 * Whole runs of programs that end at once: what starting with us adds, in a program with an SDK, in one that gets ours, and in one
 * where nothing of us is needed. The fastest of many runs counts: whatever else the machine does only ever adds.
 */
function measureStarts(sinks: Sinks, rounds: number): Record<string, number> {
  const programs = {
    with_sdk: ['sdk2', 'starts.cjs'],
    without_sdk: ['plain', 'starts.cjs'],
    untraced: ['plain', '-p', '0'],
  };
  const figures: Record<string, number> = {};
  for (const [name, [program, ...args]] of Object.entries(programs)) {
    const cwd = join(INSTALLED, program);
    const fastest = [Infinity, Infinity];
    for (let round = 0; round < rounds; round++) {
      for (const which of [0, 1]) {
        const start = performance.now();
        spawnSync(process.execPath, args, { cwd, env: environment(sinks, which === 1) });
        fastest[which] = Math.min(fastest[which], performance.now() - start);
      }
    }
    figures[`start_${name}_added_ms`] = rounded(fastest[1] - fastest[0], 1);
  }
  return figures;
}

function environment(sinks: Sinks, withPreload: boolean): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  const plain = { PATH, HOME, OTEL_EXPORTER_OTLP_ENDPOINT: sinks.backendUrl };
  if (!withPreload) return plain;
  return {
    ...plain,
    NODE_OPTIONS: `--require "${PRELOAD}"`,
    [PRELOAD_ENV.endpoint]: sinks.endpoint,
    [PRELOAD_ENV.run]: RUN,
    [PRELOAD_ENV.spool]: SPOOL,
  };
}

/** A stack of the learned depth taken under twenty frames, and the same formatted. */
function measureCaptures(count: number): Record<string, number> {
  const DEPTH = 5;
  const deep = (depth: number, work: () => void): void => (depth === 0 ? work() : deep(depth - 1, work));
  const nanoseconds = (work: () => void): number => {
    const start = performance.now();
    deep(20, () => {
      for (let i = 0; i < count; i++) work();
    });
    return ((performance.now() - start) * 1e6) / count;
  };
  const startSpan = (): object => {
    const holder = {};
    captureStack(holder, startSpan, DEPTH);
    return holder;
  };
  nanoseconds(startSpan);
  const capture = nanoseconds(startSpan);
  const resolved = nanoseconds(() => framesOf(startSpan()));
  return { capture_ns: Math.round(capture), format_ns: Math.round(resolved - capture) };
}

function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[samples.length >> 1];
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
