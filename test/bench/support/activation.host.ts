// Runs inside the extension host: activates the extension and writes its own timings to the file that the environment names.
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { SpanlineExports } from '../../../src/host/exports';

describe('activation', () => {
  it('is timed', async () => {
    const extension = vscode.extensions.getExtension<SpanlineExports>('spanline.spanline');
    if (!extension) throw new Error('The extension is not installed in this window.');
    const spanline = await extension.activate();
    await spanline.whenReady();
    writeFileSync(process.env.BENCH_FIGURES!, JSON.stringify(spanline.timings));
  });
});
