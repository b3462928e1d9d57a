import type { Disposable } from '../../src/base/disposables';
import type { WaterfallChannel } from '../../src/protocol/waterfallRpc';

/** What VS Code gives to a webview, once. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The webview's two ties to the outside: messages to the extension host, and intent that survives being hidden. */
export interface Bridge {
  readonly channel: WaterfallChannel;
  loadState(): unknown;
  saveState(state: unknown): void;
}

/** Can be called once in a page. */
export function openBridge(): Bridge {
  const api = acquireVsCodeApi();
  return {
    channel: { post: (message) => api.postMessage(message), listen: listenToHost },
    loadState: () => api.getState(),
    saveState: (state) => api.setState(state),
  };
}

function listenToHost(onMessage: (message: unknown) => void): Disposable {
  const listener = (event: MessageEvent): void => onMessage(event.data);
  window.addEventListener('message', listener);
  return { dispose: () => window.removeEventListener('message', listener) };
}
