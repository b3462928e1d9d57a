import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS, INTERNAL_COMMANDS } from '../../../src/protocol/contributions';
import { spanline } from './support';

describe('activation', () => {
  it('brings a receiver', async () => {
    const { timings } = await spanline();
    assert.notEqual(timings.receiverReady, undefined);
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
