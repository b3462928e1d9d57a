import * as assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
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
  return eventually('a stop at the breakpoint', async () => {
    const item = vscode.debug.activeStackItem;
    return item instanceof vscode.DebugStackFrame ? item : undefined;
  });
}

describe('a program that stands at a breakpoint', () => {
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

    const underWay = SPAN_FLAG.open | SPAN_FLAG.running | SPAN_FLAG.located;
    const open = await eventually('client and server that run, both with a line', async () => {
      const [latest] = await api.traces({ limit: 1 });
      const columns = latest && (await api.trace(latest.traceId));
      const both = columns && [...columns.flags].filter((flags) => (flags & underWay) === underWay);
      return both?.length === 2 ? columns : undefined;
    });

    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    await session.customRequest('continue', { threadId });
    await ended;
    const { latest, paused, count } = await requestStats('a span that stood', (stats) => stats.paused === 1);
    assert.deepEqual([paused, count], [1, 1]);
    assert.ok(latest.paused! > (PAUSE_MS - 200) * 1e6, `stood for ${latest.paused} ns`);
    assert.ok(latest.duration < latest.paused!, `ran for ${latest.duration} ns`);
    const columns = await eventually('both spans as they ended', async () => {
      const now = await api.trace(open.traceId);
      return now?.flags.every((flags) => !(flags & SPAN_FLAG.open)) ? now : undefined;
    });
    assert.equal(columns.pauses?.length, 2);
    assert.ok([...columns.paused!].every((nanos) => nanos > (PAUSE_MS - 200) * 1e6));
  });
});

describe('a span that never ends', () => {
  it('is found on its line when the program exits', async () => {
    const api = await spanline();
    const program = workspaceFile('leaves.js').fsPath;
    await runRequests({ name: 'leaves', program });
    const wanted = SERVER_AND_REQUEST_OF_LEAVES.map((line) => [line, 0, 1]);
    await eventually('two spans that never ended', async () => {
      const { lines } = await api.fileStats(program);
      const found = lines.map(({ line, count, neverEnded }) => [line, count, neverEnded]);
      return isDeepStrictEqual(found, wanted) || undefined;
    });
  });
});
