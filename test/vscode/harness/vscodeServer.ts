import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { exitOnSignals } from '../../support/ownTemporaryFolder';
import { ARTIFACTS } from './paths';
import { run } from './shell';
import { installVscode, type VscodeInstallation } from './vscodeInstall';

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 5_000;

/** What makes a picture calm and a test repeatable. */
const CALM_SETTINGS = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'window.dialogStyle': 'custom',
  'editor.minimap.enabled': false,
  'remote.autoForwardPorts': false,
  'security.promptForLocalFileProtocolHandling': false,
};

/** Those of scope "machine", which a server reads from a file of its own. */
const MACHINE_SETTINGS = /^spanline\.(forward\.|capture\.javaAgent$)/;

export interface ServerOptions {
  /** Names the log file. */
  readonly name: string;
  /** Installed before the first window opens. */
  readonly vsix?: string;
  /** Installed besides it. */
  readonly moreExtensions?: readonly string[];
  /** User settings on top of the calm ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For tests inside the extension host. VS Code then shows neither messages in its corner nor dialogs, as it would to a person. */
  readonly testDriver?: boolean;
  /** Every folder is trusted unless this is set. */
  readonly askForTrust?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** A free one when it is not given. */
  readonly port?: number;
  readonly log?: (line: string) => void;
}

/** One VS Code server with a data folder and an extensions folder of its own. */
export class VscodeServer {
  private readonly dropNow = (): void => {
    kill(this.child, 'SIGKILL');
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };

  private constructor(
    private child: ChildProcess,
    private readonly launch: () => ChildProcess,
    readonly port: number,
    readonly logFile: string,
    /** Its data and extensions, which its processes are told apart by. */
    readonly home: string,
  ) {
    // Before the temporary folder goes that its files are in.
    process.prependOnceListener('exit', this.dropNow);
    exitOnSignals();
  }

  static async start(options: ServerOptions): Promise<VscodeServer> {
    const vscode = await installVscode(options.log);
    const home = await mkdtemp(join(tmpdir(), 'spanline-vscode-'));
    const dirs = foldersIn(home);
    await writeSettings(home, options.settings);
    for (const vsix of [options.vsix ?? [], options.moreExtensions ?? []].flat())
      await installExtension(vscode, dirs, vsix);

    const port = options.port ?? (await freePort());
    const logFile = await newLogFile(options.name);
    const launch = (): ChildProcess => {
      const out = openSync(logFile, 'a');
      const child = spawn(vscode.node, [vscode.server, ...serverArguments(port, options), ...dirs], {
        env: serverEnvironment(options.env),
        stdio: ['ignore', out, out],
        // A process group of its own, so that one signal reaches the extension host and the terminals as well.
        detached: process.platform !== 'win32',
      });
      closeSync(out);
      return child;
    };
    const server = new VscodeServer(launch(), launch, port, logFile, home);
    await server.untilReady();
    return server;
  }

  /** As a person does who then closes the editor and starts it again: that is when VS Code takes the extension away. */
  async uninstall(extension: string): Promise<void> {
    const vscode = await installVscode();
    const accepted = ['--accept-server-license-terms', '--telemetry-level', 'off'];
    await run(vscode.node, [vscode.server, '--uninstall-extension', extension, ...foldersIn(this.home), ...accepted]);
    await this.end();
    this.child = this.launch();
    await this.untilReady();
  }

  /** Address of the workbench with this folder or workspace open; without any where it is empty. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string {
    const query = new URLSearchParams(opened(folder));
    if (payload) query.set('payload', JSON.stringify(payload));
    return `http://127.0.0.1:${this.port}/?${query.toString()}`;
  }

  /** As a person changes it in the settings of the machine; the window hears of it. */
  async setMachineSetting(key: string, value: unknown): Promise<void> {
    await writeJson(join(this.home, 'data', 'data', 'Machine', 'settings.json'), { [key]: value });
  }

  /** As the system does when memory runs out: without a word. Needs `ps`. Returns how many there were. */
  async killExtensionHosts(): Promise<number> {
    const hosts = await this.extensionHosts();
    for (const host of hosts) process.kill(host, 'SIGKILL');
    return hosts.length;
  }

  /** Their process ids. */
  async extensionHosts(): Promise<number[]> {
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,pgid=,args=']);
    const rows = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
    const hosts = rows.filter((row) => Number(row?.[2]) === this.child.pid && row![3].includes('--type=extensionHost'));
    return hosts.map((host) => Number(host![1]));
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.dropNow);
    await this.keepOwnLogs();
    await this.end();
    // What ignored the polite signal goes with the group.
    this.dropNow();
  }

  private async end(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    kill(child, 'SIGTERM');
    const limit = setTimeout(() => kill(child, 'SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  }

  /** What the extension logged in each window, beside the server's log. */
  private async keepOwnLogs(): Promise<void> {
    const logs = join(this.home, 'data', 'data', 'logs');
    const files = await readdir(logs, { recursive: true }).catch(() => []);
    const ours = files.filter((file) => basename(file).includes('Spanline'));
    const texts = ours.map(async (file) => `${basename(file)}\n${await readFile(join(logs, file), 'utf8')}`);
    await writeFile(this.logFile.replace(/\.log$/, '.spanline.log'), (await Promise.all(texts)).join('\n'));
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(`http://127.0.0.1:${this.port}/version`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const said = await readFile(this.logFile, 'utf8');
    await this.stop();
    throw new Error(`VS Code's server did not come up on port ${this.port}:\n${said.slice(-3000)}`);
  }
}

function opened(folder: string): Record<string, string> {
  if (folder === '') return { ew: 'true' };
  return folder.endsWith('.code-workspace') ? { workspace: folder } : { folder };
}

function foldersIn(home: string): string[] {
  return ['--server-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')];
}

function serverArguments(port: number, options: ServerOptions): string[] {
  return [
    ...['--host', '127.0.0.1', '--port', String(port)],
    '--without-connection-token',
    '--accept-server-license-terms',
    ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
    ...['--telemetry-level', 'off'],
    ...(options.askForTrust ? [] : ['--disable-workspace-trust']),
  ];
}

/** Ours, without what a surrounding editor, debugger, traced terminal or test runner put there for its own children. */
function serverEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|SPANLINE_|OTEL_|NODE_OPTIONS$|NODE_ENV$|VITEST|TEST$|npm_)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}

async function installExtension(vscode: VscodeInstallation, dirs: readonly string[], vsix: string): Promise<void> {
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing; build it by "npm run package".`);
  await run(vscode.node, [
    vscode.server,
    ...['--install-extension', vsix],
    ...dirs,
    '--accept-server-license-terms',
    ...['--telemetry-level', 'off'],
  ]);
}

async function writeSettings(home: string, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await writeJson(join(home, 'data', 'data', 'User', 'settings.json'), { ...CALM_SETTINGS, ...settings });
  const ofMachine = Object.entries(settings).filter(([key]) => MACHINE_SETTINGS.test(key));
  await writeJson(join(home, 'data', 'data', 'Machine', 'settings.json'), Object.fromEntries(ofMachine));
}

async function writeJson(file: string, content: object): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(content, null, 2));
}

async function newLogFile(name: string): Promise<string> {
  const folder = join(ARTIFACTS, 'logs');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  await rm(file, { force: true });
  return file;
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (!child.pid) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
