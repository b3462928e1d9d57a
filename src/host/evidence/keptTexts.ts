import type { KeptRunTexts } from '../../protocol/analysis';

/** Files beyond these leave, the ones first that were told of longest ago: their evidence waits for the next run. */
const MAX_FILES = 500;

/** Holds what the language server knows of the texts that ran, so that one that is killed is followed by one that knows it too. */
export class KeptTexts {
  private readonly byUri = new Map<string, KeptRunTexts>();

  keep(texts: KeptRunTexts): void {
    this.byUri.delete(texts.uri);
    if (texts.runs.length > 0) this.byUri.set(texts.uri, texts);
    const [oldest] = this.byUri.keys();
    if (this.byUri.size > MAX_FILES && oldest !== undefined) this.byUri.delete(oldest);
  }

  of(uri: string): KeptRunTexts | null {
    return this.byUri.get(uri) ?? null;
  }
}
