import type * as vscode from 'vscode';
import { parseForwardHeaders, type ForwardHeaders } from '../../protocol/forwardHeaders';

/** In VS Code's secret storage, as the user entered it. */
const SECRET = 'spanline.forwardHeaders';

/** The upstream's credentials: in the system's key ring, never in settings or logs. */
export class ForwardHeaderStore {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** Never rejects: where there is no key ring there are no headers. */
  async read(): Promise<ForwardHeaders> {
    const { headers = {} } = parseForwardHeaders(await this.text());
    return headers;
  }

  async text(): Promise<string> {
    try {
      return (await this.secrets.get(SECRET)) ?? '';
    } catch {
      return '';
    }
  }

  /** An empty text deletes them. */
  async write(text: string): Promise<void> {
    if (text.trim() === '') await this.secrets.delete(SECRET);
    else await this.secrets.store(SECRET, text);
  }

  /** Another window may have changed them. */
  onChange(listener: () => void): vscode.Disposable {
    return this.secrets.onDidChange(({ key }) => {
      if (key === SECRET) listener();
    });
  }
}
