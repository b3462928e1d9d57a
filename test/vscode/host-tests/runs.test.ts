import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import { runRequests } from './programs';
import { eventually, spanline, workspaceFile } from './support';

/** The line of requests.js that asks, from 0. */
const LINE = 7;

describe('a run', () => {
  it('is told from the one before by commit, changes, time and exit code', async () => {
    await spanline();
    const cwd = workspaceFile('.').fsPath;
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    const commit = git('rev-parse', 'HEAD').toString().slice(0, 7);
    await vscode.workspace.fs.writeFile(workspaceFile('new.txt'), Buffer.from('changed'));

    const requests = workspaceFile('requests.js');
    const program = { name: 'recorded', program: requests.fsPath };
    await runRequests({ ...program, env: { ROUNDS: '2', EXIT_CODE: '3' } });
    await runRequests({ ...program, env: { ROUNDS: '2' } });
    await eventually('a hover that tells the runs apart', async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        requests,
        new vscode.Position(LINE, 10),
      );
      const all = hovers.flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value));
      const last = new RegExp(`last run: ${commit}, 1 file changed, \\d\\d:\\d\\d, exit code 3`);
      const now = new RegExp(`this run: ${commit}, 1 file changed, \\d\\d:\\d\\d\\s`);
      return all.find((value) => last.test(value) && now.test(value));
    });
  });
});
