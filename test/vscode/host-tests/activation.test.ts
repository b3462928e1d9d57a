import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS, INTERNAL_COMMANDS } from '../../../src/protocol/contributions';
import { spanline } from './support';

describe('activation', () => {
  it('takes the extension host no more than 20 ms', async () => {
    const { timings } = await spanline();
    assert.ok(timings.activated <= 20, `took ${timings.activated} ms`);
  });

  it('has the receiver ready within a second', async () => {
    const { timings } = await spanline();
    assert.ok(timings.receiverReady !== undefined && timings.receiverReady < 1000, `took ${timings.receiverReady} ms`);
  });

  it('registers every command, those of the palette and those that only we call', async () => {
    await spanline();
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      [...Object.values(COMMANDS), ...INTERNAL_COMMANDS].filter((id) => !registered.has(id)),
      [],
    );
  });
});
