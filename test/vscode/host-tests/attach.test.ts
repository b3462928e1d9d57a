import * as assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import * as vscode from 'vscode';
import { eventually, spanline, workspaceFile } from './support';

/** The line of polling.js that asks. */
const LINE = 9;

const hasIpv6 = (): boolean =>
  Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe('A debugger that attaches', () => {
  let program: ChildProcess | undefined;

  afterEach(async () => {
    await vscode.debug.stopDebugging();
    program?.kill('SIGKILL');
  });

  /** Gives the port of its inspector. */
  async function poll(inspector: string): Promise<number> {
    const started = spawn(process.execPath, [`--inspect=${inspector}:0`, 'polling.js'], {
      cwd: workspaceFile('.').fsPath,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    program = started;
    let said = '';
    started.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return eventually('an inspector', async () => Number(/ws:\/\/\S+:(\d+)\//.exec(said)?.[1]) || undefined);
  }

  const count = async () => {
    const { lines } = await (await spanline()).fileStats(workspaceFile('polling.js').fsPath);
    return lines.find(({ line }) => line === LINE)?.count ?? 0;
  };

  for (const inspector of ['127.0.0.1', '[::1]'])
    for (const address of ['localhost', undefined])
      it(`by ${address ?? 'no address'} finds the inspector on ${inspector}, and its program is recorded`, async function () {
        if (inspector === '[::1]' && !hasIpv6()) this.skip();
        await spanline();
        const port = await poll(inspector);
        const before = await count();
        const configuration = { type: 'node', request: 'attach', name: 'attach', port, ...(address && { address }) };
        assert.ok(await vscode.debug.startDebugging(undefined, configuration), 'the session starts');
        await eventually('more spans', async () => ((await count()) > before ? true : undefined));
      });

  it('by itself, to what starts in a terminal, has it recorded', async () => {
    await spanline();
    const before = await count();
    const settings = vscode.workspace.getConfiguration('debug.javascript');
    await settings.update('autoAttachFilter', 'always', vscode.ConfigurationTarget.Global);
    const terminal = vscode.window.createTerminal({ name: 'auto attach', cwd: workspaceFile('.') });
    try {
      terminal.sendText('node polling.js');
      await eventually('more spans', async () => ((await count()) > before ? true : undefined));
    } finally {
      await settings.update('autoAttachFilter', undefined, vscode.ConfigurationTarget.Global);
      terminal.dispose();
    }
  });
});
