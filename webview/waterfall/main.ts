/**
 * The waterfall's page. Its HTML comes from `waterfallHtml` in src/protocol/waterfallHtml.ts, which is given:
 *
 * - the URL of this bundle, `dist/webview/waterfall.js`, loaded as a module with a nonce. It is one file: nothing is imported later.
 * - `codicon.ttf` must lie beside the bundle; its address is made from the bundle's own. No other resource is loaded, so that
 *   `localResourceRoots` can be `dist/webview` alone.
 * - styles are constructed sheets and CSSOM only: the policy needs no 'unsafe-inline'.
 *
 * The page needs one `<spanline-waterfall>` in its body and `acquireVsCodeApi`. It calls `ready` first (see
 * src/protocol/waterfall.ts) and can take calls from then on. It keeps `Intent` (state/intent.ts) by `setState`, so that the panel
 * needs no `retainContextWhenHidden`; a serializer that revives the panel has nothing to restore but the HTML.
 */
import { errorMessage } from '../../src/base/log';
import { connectToHost } from '../../src/protocol/waterfallRpc';
import { openBridge } from '../shared/bridge';
import { registerControls } from '../shared/controls';
import { loadIconFont } from '../shared/icons';
import { adoptPageStyles } from '../shared/pageStyles';
import '../shared/splitter';
import './app';
import type { Waterfall } from './app';
import './columnMenu';
import './details';
import './header';
import './hoverTip';
import './keyHelp';
import './overview';
import './rowsView';
import './serviceMenu';
import { Session } from './state/session';
import './toolbar';
import './tracePicker';

function start(element: Waterfall): void {
  const bridge = openBridge();
  const report = (error: unknown): void => session.say(errorMessage(error));
  const session: Session = new Session(
    connectToHost(
      bridge.channel,
      {
        show: (target) => session.show(target),
        changed: (change) => session.changed(change),
        mark: (spanIds) => session.mark(spanIds),
        status: (status) => session.status(status),
      },
      report,
    ),
    { load: () => bridge.loadState(), save: (intent) => bridge.saveState(intent) },
    report,
  );
  element.session = session;
  void session.start();
}

adoptPageStyles();
registerControls();
// Without the font the icons are empty, and every one has a label beside it: worth no message.
loadIconFont(import.meta.url).catch(() => {});
start(document.querySelector<Waterfall>('spanline-waterfall')!);
