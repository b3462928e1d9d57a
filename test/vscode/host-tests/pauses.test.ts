import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { requestStats, runRequests, startRequests } from './programs';
import { eventually, spanline, workspaceFile } from './support';

/** The line of requests.js that answers a request. */
const ANSWER_LINE = 16;
const PAUSE_MS = 1500;
const SERVER_AND_REQUEST_OF_LEAVES = [4, 7];

/** The frame that the program stands in, once it stands; its session is a child of the one that was started. */
async function stoppedFrame(): Promise<vscode.DebugStackFrame> {
  return eventually(
    'a stop at the breakpoint',
    async () => {
      const item = vscode.debug.activeStackItem;
      return item instanceof vscode.DebugStackFrame ? item : undefined;
    },
    20_000,
  );
}

describe('a program that stands at a breakpoint', function () {
  this.timeout(60_000);
  const breakpoint = () =>
    new vscode.SourceBreakpoint(
      new vscode.Location(workspaceFile('requests.js'), new vscode.Position(ANSWER_LINE - 1, 2)),
    );

  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.debug.stopDebugging();
  });

  it('shows the spans that are under way, and does not count the time in which it stood', async () => {
    const api = await spanline();
    vscode.debug.addBreakpoints([breakpoint()]);
    const { ended } = await startRequests({ name: 'paused', env: { ROUNDS: '1' } });
    const { session, threadId } = await stoppedFrame();

    const open = await eventually('spans that are under way', async () => {
      const [latest] = await api.traces({ limit: 1 });
      const columns = latest && (await api.trace(latest.traceId));
      return columns?.flags.some((flags) => flags & SPAN_FLAG.running) ? columns : undefined;
    });
    assert.deepEqual(
      [...open.flags].map((flags) => flags & (SPAN_FLAG.open | SPAN_FLAG.running | SPAN_FLAG.located)),
      [49, 49],
      'client and server run, and both have a line',
    );

    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    await session.customRequest('continue', { threadId });
    await ended;
    const { latest, paused, count } = await requestStats('a span that stood', (stats) => stats.paused === 1);
    assert.deepEqual([paused, count], [1, 1]);
    assert.ok(latest.paused! > (PAUSE_MS - 200) * 1e6, `stood for ${latest.paused} ns`);
    assert.ok(latest.duration < latest.paused!, `ran for ${latest.duration} ns`);
    const columns = await api.trace(open.traceId);
    assert.equal(columns?.pauses?.length, 2);
    assert.ok([...columns.paused!].every((nanos) => nanos > (PAUSE_MS - 200) * 1e6));
    assert.ok([...columns.flags].every((flags) => !(flags & SPAN_FLAG.open)));
  });
});

describe('a span that never ends', function () {
  this.timeout(60_000);

  it('is found on its line when the program exits', async () => {
    const api = await spanline();
    const program = workspaceFile('leaves.js').fsPath;
    await runRequests({ name: 'leaves', program });
    const lines = await eventually('spans that never ended', async () => {
      const { lines } = await api.fileStats(program);
      return lines.length === 2 ? lines : undefined;
    });
    const found = lines.map(({ line, count, neverEnded }) => [line, count, neverEnded]);
    assert.deepEqual(
      found,
      SERVER_AND_REQUEST_OF_LEAVES.map((line) => [line, 0, 1]),
    );
  });
});
