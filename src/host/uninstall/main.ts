// Run by VS Code, as plain Node, when the extension was uninstalled and the editor is started next. It has five seconds.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorMessage } from '../../base/log';
import { removeStored } from './removeStored';
import { readStorageNote } from './storageNote';

async function main(extensionFolder: string): Promise<void> {
  const text = await readFile(join(extensionFolder, 'package.json'), 'utf8');
  const { publisher, name } = JSON.parse(text) as { readonly publisher: string; readonly name: string };
  // As VS Code names the folders.
  const removed = await removeStored(await readStorageNote(extensionFolder), `${publisher}.${name}`.toLowerCase());
  for (const folder of removed) process.stdout.write(`Deleted ${folder}\n`);
}

main(dirname(__dirname)).catch((error: unknown) => {
  process.stderr.write(`What Spanline stored could not be deleted: ${errorMessage(error)}\n`);
  process.exitCode = 1;
});
