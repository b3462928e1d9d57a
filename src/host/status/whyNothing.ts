import type { EngineStatus, Refused } from '../../protocol/engine';
import type { RecentSession } from '../debug/recentSessions';
import type { LaunchChange } from './launchChange';
import { sharedEndpoint } from './statusText';

export interface Circumstances {
  readonly status: EngineStatus;
  readonly trusted: boolean;
  readonly captureEnabled: boolean;
  /** Newest first. */
  readonly sessions: readonly RecentSession[];
  /** The programs that run were asked themselves. */
  readonly asked?: boolean;
}

/** A reason why spans may be missing, and what helps. */
export interface Reason {
  readonly fault: string;
  readonly remedy: string;
  readonly action?: 'trust' | 'setting' | 'debug' | 'endpoint' | 'receiver' | 'launch' | 'log';
  /** With `setting`: one that is only to be switched on. */
  readonly switchOn?: 'capture.enabled' | 'capture.bundledSdk';
  /** With `launch`: what to write there, where that is known. */
  readonly change?: LaunchChange;
  /** The configuration that it is written in. */
  readonly configuration?: string;
}

/** Everything that is known to keep spans away, the most telling first; empty when there is nothing to explain. */
export function whyNothing(circumstances: Circumstances): Reason[] {
  const { status, trusted, captureEnabled, sessions } = circumstances;
  const reasons: Reason[] = [];
  if (!trusted)
    reasons.push({
      fault: 'This folder is not trusted, so no program is given the preload',
      remedy: 'Trust the folder, or let the program send to the receiver itself.',
      action: 'trust',
    });
  if (!captureEnabled)
    reasons.push({
      fault: 'Programs started by the debugger are not recorded',
      remedy: 'Switch "spanline.capture.enabled" on.',
      action: 'setting',
      switchOn: 'capture.enabled',
    });
  for (const session of sessions) if (session.leftAlone) reasons.push(leftAloneReason(session, session.leftAlone));
  const { refused = [] } = status;
  reasons.push(...refused.map(refusedReason));
  if (status.spans === 0 && refused.length === 0) reasons.push(...emptyStore(circumstances));
  return reasons;
}

/** What was sent and could not be read says more than what was not sent. */
function refusedReason({ request, message, times }: Refused): Reason {
  const often = times === 1 ? 'once' : `${times} times`;
  return {
    fault: `A program’s ${request} was refused by the receiver, ${often}`,
    remedy: `${message}.`,
    // Too much, or for a host that is not known: what helps is a setting, and the remedy names it.
    action: message.includes('"spanline.receiver.') ? 'receiver' : 'endpoint',
  };
}

function leftAloneReason({ name, byEndpoint }: RecentSession, reason: string): Reason {
  const fault = byEndpoint ? `"${name}" does not send its spans here` : `"${name}" was started without the preload`;
  return { fault, remedy: reason.endsWith('.') ? reason : `${reason}.` };
}

function emptyStore({ status, sessions, trusted, captureEnabled, asked }: Circumstances): Reason[] {
  if (asked) return [];
  const entered = sessions.find(({ leftAlone }) => !leftAlone);
  if (entered?.byEndpoint)
    return [
      {
        fault: `"${entered.name}" was told where to export its spans to, and none has come`,
        remedy:
          'Send it a request. It needs an OpenTelemetry SDK with an OTLP exporter that is not told an address in code.',
      },
    ];
  if (entered)
    return [
      {
        fault: `"${entered.name}" was given the preload and has sent no span`,
        remedy:
          'Send it a request. Spans come from HTTP, databases and other libraries, and from tracers in your code.',
      },
    ];
  if (sessions.length > 0 || !trusted || !captureEnabled) return [];
  const endpoint = sharedEndpoint(status);
  const outside = endpoint ? `, or export OTLP to ${endpoint}` : '';
  return [
    {
      fault: 'No program was started by the debugger yet',
      remedy: `Press F5${outside}.`,
      action: 'debug',
    },
  ];
}
