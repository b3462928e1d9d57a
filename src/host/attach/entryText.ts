import type { Entry } from './entry';

/** What the user is told after attaching. `complete`: nothing that comes from now on is missed. */
export interface EntryNotice {
  readonly complete: boolean;
  readonly text: string;
}

const PROXY = 'ProxyTracerProvider';

/** `name`: what the user knows the program by. */
export function entryNotice(name: string, { state, facts }: Entry): EntryNotice {
  const who = facts ? `${name} (pid ${facts.pid})` : name;
  if (state === 'tool')
    return {
      complete: false,
      text: `${who} is not recorded: ${toolReason(facts?.version)} Attach to the process that it started.`,
    };
  if (state === 'old')
    return {
      complete: false,
      text: `${who} holds the preload of an older Spanline, which goes on sending where it did. Start the program again.`,
    };
  if (facts && !hasOwnSdk(facts.provider)) return { complete: false, text: `${who} ${withoutSdk(facts.sdks)}` };
  const again = state === 'again' ? ' It was recorded before, and sends here from now on.' : '';
  return { complete: true, text: `${who} is recorded from now on; spans that ended before are gone.${again}` };
}

function hasOwnSdk(provider: string | undefined): boolean {
  return provider !== undefined && provider !== PROXY && provider !== 'StandInProvider';
}

function toolReason(version: string | undefined): string {
  return version && parseInt(version, 10) < 18 ? `it runs on Node ${version}, and 18 is the oldest.` : 'it is a tool.';
}

function withoutSdk(sdks: readonly string[]): string {
  if (sdks.length > 0)
    return `has loaded ${sdks[0].replace('\\', '/')} and registered no tracer provider. Its spans are recorded as soon as it does.`;
  return (
    'has no OpenTelemetry SDK. HTTP requests, fetch, and drivers that could still be patched are recorded from now on; ' +
    'routes, middleware and tracers that it made before are not. To see all of it, start it with F5 or in a traced terminal.'
  );
}
