import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import esbuild from 'esbuild';
import type { Browser } from 'playwright-core';
import type { HostTestEvent } from './mochaInHost';
import { ARTIFACTS, REPOSITORY } from './paths';
import { VscodeServer } from './vscodeServer';

const RUN_LIMIT_MS = 15 * 60_000;
const POLL_MS = 100;

export interface InHostOptions {
  readonly browser: Browser;
  /** Test files; they use Mocha's globals and may import `vscode`. */
  readonly tests: readonly string[];
  /** Opened in the window. */
  readonly folder: string;
  /** Loaded from its folder, as F5 on an extension does. The repository itself unless given. */
  readonly extension?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly onEvent: (event: HostTestEvent) => void;
  readonly log?: (line: string) => void;
}

/** Runs Mocha tests inside the extension host of a real VS Code and tells each result as it comes. */
export async function runInHost(options: InHostOptions): Promise<void> {
  // A folder of its own for each run: several may go on at once. It is inside the repository because the bundle requires Mocha.
  await mkdir(ARTIFACTS, { recursive: true });
  const folder = await mkdtemp(join(ARTIFACTS, 'in-host-'));
  const report = join(folder, 'report.jsonl');
  const bundle = await bundleTests(options.tests, report, folder);

  const { settings, env, log } = options;
  const server = await VscodeServer.start({ name: 'in-host', testDriver: true, settings, env, log });
  try {
    await runInWindow(server, bundle, report, options);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runInWindow(
  server: VscodeServer,
  bundle: string,
  report: string,
  options: InHostOptions,
): Promise<void> {
  const context = await options.browser.newContext({ viewport: { width: 1600, height: 1000 } });
  const page = await context.newPage();
  let exitCode: number | undefined;
  const said: string[] = [];
  await page.exposeFunction('codeAutomationExit', (code: number) => (exitCode = code));
  await page.exposeFunction('codeAutomationLog', (kind: string, args: unknown[]) => {
    said.push(`${kind} ${args.map(String).join(' ')}`);
  });

  const remote = (path: string): string => `vscode-remote://127.0.0.1:${server.port}${path}`;
  await page.goto(
    server.url(options.folder, [
      ['extensionDevelopmentPath', remote(options.extension ?? REPOSITORY.replace(/\/$/, ''))],
      ['extensionTestsPath', remote(bundle)],
      ['skipWelcome', 'true'],
    ]),
  );

  const events = new EventReader(report, options.onEvent);
  const deadline = Date.now() + RUN_LIMIT_MS;
  while (exitCode === undefined && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    await events.read();
  }
  await events.read();
  await writeFile(join(ARTIFACTS, 'logs', 'in-host.console.log'), said.join('\n'));
  if (!events.ended) {
    await page.screenshot({ path: join(ARTIFACTS, 'in-host.png') });
    throw new Error(
      `The tests did not run to their end (exit code ${exitCode ?? 'none: the time limit passed'}). ` +
        `See ${server.logFile} and .artifacts/in-host.png.\n${said.slice(-30).join('\n')}`,
    );
  }
  await context.close();
}

/** Follows the report while the tests append to it. */
class EventReader {
  private done = 0;
  ended = false;

  constructor(
    private readonly file: string,
    private readonly onEvent: (event: HostTestEvent) => void,
  ) {}

  async read(): Promise<void> {
    if (!existsSync(this.file)) return;
    const lines = (await readFile(this.file, 'utf8')).split('\n').slice(0, -1);
    for (const line of lines.slice(this.done)) {
      const event = JSON.parse(line) as HostTestEvent;
      if (event.event === 'end') this.ended = true;
      this.onEvent(event);
    }
    this.done = lines.length;
  }
}

/** One CommonJS file that exports `run`. Mocha itself is required from the repository's node_modules at run time. */
async function bundleTests(tests: readonly string[], report: string, folder: string): Promise<string> {
  const bundle = join(folder, 'tests.cjs');
  const names = tests.map((file) => JSON.stringify(file));
  const loads = names.map((file) => `${file}: () => require(${file}),`).join('\n');
  await esbuild.build({
    stdin: {
      contents: `import { runMocha } from './mochaInHost';
        export const run = () => runMocha(${JSON.stringify(report)}, { ${loads} });`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return bundle;
}
