import type { ProgramFacts } from './programFacts';
import type { Reason } from './whyNothing';

/** A program of a debug session that we were to enter. */
export interface SilentProgram {
  /** The debug configuration's name. */
  readonly name: string;
  /** Undefined where the debugger could not look inside. */
  readonly facts: ProgramFacts | undefined;
}

const SLOT_IS_PROXY = 'ProxyTracerProvider';
/** Before it the API lacks what instrumentations of today call. */
const OLDEST_API = [1, 4];

/** Checks in the order in which one hides the next; the first that applies is the reason. */
const CHECKS: readonly ((facts: ProgramFacts) => (Omit<Reason, 'fault'> & { readonly fault: string }) | undefined)[] = [
  otherRuntime,
  environmentLost,
  optionsOverwritten,
  notAllowed,
  sdkDisabled,
  severalApis,
  oldApi,
  sdkNotRegistered,
  bundledSdkOff,
];

/** Why a program that runs has made no span, with the one remedy. */
export function whyNoSpans({ name, facts }: SilentProgram): Reason {
  if (!facts)
    return {
      fault: `"${name}" was given the preload, and its debugger cannot look inside`,
      remedy: 'Start it with debugging (F5) rather than without, then ask again. It may also have ended already.',
    };
  for (const check of CHECKS) {
    const reason = check(facts);
    if (reason) return { ...reason, fault: `"${name}" (pid ${facts.pid}) ${reason.fault}` };
  }
  return nothingCalled(name, facts);
}

function otherRuntime({ runtime, version }: ProgramFacts): Reason | undefined {
  if (runtime === 'node') return undefined;
  const names = { deno: 'Deno', bun: 'Bun' } as const;
  return {
    fault: `runs on ${names[runtime]} ${version}, which does not read NODE_OPTIONS`,
    remedy: 'Let it export OTLP over HTTP to the receiver; the endpoint is copied with one click.',
    action: 'endpoint',
  };
}

function environmentLost({ preload, endpoint }: ProgramFacts): Reason | undefined {
  if (preload || endpoint) return undefined;
  return {
    fault: 'was started with an environment of its own, without the variables that Spanline set',
    remedy: 'Pass the environment on where it is started: spawn(…, { env: { ...process.env, … } }), or sudo -E.',
  };
}

function optionsOverwritten({ preload, nodeOptions }: ProgramFacts): Reason | undefined {
  if (preload || nodeOptions.includes('preload.cjs')) return undefined;
  const value = nodeOptions === '' ? 'empty' : `"${nodeOptions}"`;
  return {
    fault: `had its NODE_OPTIONS overwritten on the way: it is ${value}`,
    remedy:
      'Add to it instead, such as NODE_OPTIONS="$NODE_OPTIONS --your-option", in the script or tool that sets it.',
  };
}

function notAllowed({ preload, permissions, version }: ProgramFacts): Reason | undefined {
  if (preload) return undefined;
  if (permissions)
    return {
      fault: 'runs under Node’s permission model, which kept the preload out',
      remedy: 'Add --allow-fs-read for Spanline’s folder (it is in NODE_OPTIONS), or debug without --permission.',
    };
  if (parseInt(version, 10) < 18)
    return { fault: `runs on Node ${version}`, remedy: 'Node 18 is the oldest that can be recorded: use a later one.' };
  return {
    fault: 'is a tool that only starts other programs, or refused the preload',
    remedy: 'The program that it starts is recorded once it runs. "Spanline: Show Log" tells more.',
    action: 'log',
  };
}

function sdkDisabled({ otel }: ProgramFacts): Reason | undefined {
  if (otel.OTEL_SDK_DISABLED?.trim().toLowerCase() !== 'true') return undefined;
  return {
    fault: 'has OTEL_SDK_DISABLED=true: its SDK makes no spans',
    remedy: 'Set "OTEL_SDK_DISABLED": "false" in "env" of the launch configuration.',
    action: 'launch',
  };
}

function severalApis({ apiCopies, api }: ProgramFacts): Reason | undefined {
  if (apiCopies.length < 2) return undefined;
  return {
    fault: `has loaded ${apiCopies.length} copies of @opentelemetry/api: ${apiCopies.join(', ')}`,
    remedy: `Only one of them (${api ?? 'none so far'}) holds the provider; spans of the others lead nowhere. Run "npm dedupe".`,
  };
}

function oldApi({ api }: ProgramFacts): Reason | undefined {
  const [major, minor] = (api ?? '').split('.').map(Number);
  if (major !== OLDEST_API[0] || !(minor < OLDEST_API[1])) return undefined;
  return {
    fault: `uses @opentelemetry/api ${api}, which instrumentations of today refuse`,
    remedy: 'Update it: npm install @opentelemetry/api@latest.',
  };
}

function sdkNotRegistered({ sdks, provider, esm, otel }: ProgramFacts): Reason | undefined {
  if (sdks.length === 0 || (provider !== undefined && provider !== SLOT_IS_PROXY)) return undefined;
  if (otel.OTEL_TRACES_EXPORTER === 'none')
    return {
      fault: 'has OTEL_TRACES_EXPORTER=none: its SDK registers no tracer provider',
      remedy: 'Take OTEL_TRACES_EXPORTER out of "env" of the launch configuration, or name an exporter.',
      action: 'launch',
    };
  const early = esm ? '--import ./instrumentation.js' : '--require ./instrumentation.js';
  return {
    fault: `has loaded ${sdks[0].replace('\\', '/')}, and has registered no tracer provider`,
    remedy: `Call sdk.start() or provider.register() before anything else: put it in a file of its own and start with ${early}.`,
  };
}

function bundledSdkOff({ bundledSdk, provider, sdks }: ProgramFacts): Reason | undefined {
  if (bundledSdk !== 'off' || sdks.length > 0 || (provider !== undefined && provider !== SLOT_IS_PROXY))
    return undefined;
  return {
    fault: 'has no OpenTelemetry SDK, and may not be given one',
    remedy: 'Switch "spanline.capture.bundledSdk" on.',
    action: 'setting',
  };
}

function nothingCalled(name: string, { pid, upSeconds, esm, provider }: ProgramFacts): Reason {
  const registered = provider !== undefined && provider !== SLOT_IS_PROXY;
  const late = esm && registered;
  return {
    fault: `"${name}" (pid ${pid}) is recorded and has made no span in ${upSeconds} s`,
    remedy: late
      ? 'Send it a request. If that makes none: in ES modules libraries are instrumented only through --import @opentelemetry/instrumentation/hook.mjs.'
      : 'Send it a request: HTTP, databases and your own tracers make spans.',
  };
}
