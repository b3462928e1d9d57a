import type * as Inspector from 'inspector';
import { fileURLToPath } from 'url';

/** A loader that runs in a thread of its own and leaves its source maps nowhere but in the text that it hands to V8. */
const SILENT_LOADER = /\bts-node\b/;

interface Parsed {
  readonly url: string;
  readonly sourceMapURL?: string;
}

/** `data:` URLs of source maps by file, of what V8 has compiled; asked for only where a loader is known to leave them there. */
export function mapsOfScripts(): ReadonlyMap<string, string> {
  const maps = new Map<string, string>();
  if (!SILENT_LOADER.test([process.env.NODE_OPTIONS, ...process.execArgv].join(' '))) return maps;
  try {
    const { Session } = module.require('inspector') as typeof Inspector;
    const session = new Session();
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }: { params: Parsed }) => {
      if (params.url.startsWith('file:') && params.sourceMapURL?.startsWith('data:'))
        maps.set(fileURLToPath(params.url), params.sourceMapURL);
    });
    // It tells of all scripts before it answers, and answers at once.
    session.post('Debugger.enable');
    session.disconnect();
  } catch {
    // a Node without an inspector
  }
  return maps;
}
