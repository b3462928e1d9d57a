import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { median, pairedDifference, type PairedDifference } from './pairedBlocks';
import { turns } from './turns';

/** Requests to one service before the other has its turn: short, so that both see the same machine. */
const BLOCK = 20;
const WARM_UP = 300;

/** A program of the matrix and what it is started with. */
export interface ServiceStart {
  readonly folder: string;
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Comparison {
  /** What `treated` takes longer than `plain`, in percent of the median request. */
  readonly added: PairedDifference;
  /** The same of a second plain service: what the measuring itself makes of no difference. */
  readonly nothing: PairedDifference;
  /** Milliseconds of the median request. */
  readonly plainMs: number;
  readonly treatedMs: number;
  /** Processor time that a request takes more, µs. */
  readonly addedCpuMicros: number;
}

/**
 * Three services side by side, two of them the same, asked in turns. Each of `pairs` starts them anew, each round asks all of them
 * some requests and compares the medians.
 */
export async function compareServices(
  plain: ServiceStart,
  treated: ServiceStart,
  path: string,
  { pairs, rounds }: { readonly pairs: number; readonly rounds: number },
): Promise<Comparison> {
  const added: number[][] = [];
  const nothing: number[][] = [];
  const medians: [plain: number[], treated: number[]] = [[], []];
  const cpu: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const services = await Promise.all([plain, treated, plain].map((start) => Service.start(start)));
    for (const service of services) await service.ask(path, WARM_UP);
    const before = await Promise.all(services.map((service) => service.cpuMicros()));
    const [ours, none]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const times: number[] = [];
      for (const which of turns(round)) times[which] = median(await services[which].ask(path, BLOCK));
      ours.push((times[1] / times[0] - 1) * 100);
      none.push((times[2] / times[0] - 1) * 100);
      medians[0].push(times[0]);
      medians[1].push(times[1]);
    }
    const after = await Promise.all(services.map((service) => service.cpuMicros()));
    const [alone, withUs, again] = after.map((micros, which) => (micros - before[which]) / (rounds * BLOCK));
    cpu.push(withUs - (alone + again) / 2);
    added.push(ours);
    nothing.push(none);
    await Promise.all(services.map((service) => service.stop()));
  }
  return {
    added: pairedDifference(added),
    nothing: pairedDifference(nothing),
    plainMs: median(medians[0]),
    treatedMs: median(medians[1]),
    addedCpuMicros: median(cpu),
  };
}

class Service {
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async start({ folder, script, env }: ServiceStart): Promise<Service> {
    const child = fork(join(folder, script), {
      cwd: folder,
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
