import type { ProgramFacts } from './programFacts';
import type { Reason } from './whyNothing';

/** A program of a debug session that we were to enter. */
export interface SilentProgram {
  /** The debug configuration's name. */
  readonly name: string;
  /** Undefined where the debugger could not look inside. */
  readonly facts: ProgramFacts | undefined;
  /** No process here has its number. */
  readonly elsewhere?: boolean;
  /** It is in another language than Node's: see `Language.id`. */
  readonly language?: string;
}

/** What bears on a program's spans outside of it. */
export interface Surroundings {
  /** Ports that the receiver has. */
  readonly ports: readonly number[];
  readonly elsewhere: boolean;
}

type Check = (facts: ProgramFacts, surroundings: Surroundings) => Reason | undefined;

const SLOT_IS_PROXY = 'ProxyTracerProvider';
const ACCESS_DENIED = 'ERR_ACCESS_DENIED';
/** What the debugger itself puts there. */
const DEBUGGER_OPTIONS = /--require (?:"[^"]*bootloader\.js"|\S*bootloader\.js)|--inspect-publish-uid=\S+/g;
/** Sockets come under the permission model from this version of Node on. */
const NET_PERMISSION_MAJOR = 25;
/** Before it the API lacks what instrumentations of today call. */
const OLDEST_API = [1, 4];

/** Checks in the order in which one hides the next; the first that applies is the reason. */
const CHECKS: readonly Check[] = [
  exportsElsewhere,
  otherRuntime,
  runsElsewhere,
  environmentLost,
  optionsOverwritten,
  notAllowed,
  unreachable,
  sdkDisabled,
  ancientApi,
  severalApis,
  oldApi,
  sdkNotRegistered,
  bundledSdkOff,
  nothingEnds,
  sdkTooLate,
  noLoaderHooks,
];

/** Why a program that runs has made no span, with the one remedy. */
export function whyNoSpans(program: SilentProgram, ports: readonly number[] = []): Reason {
  const { name, facts, elsewhere = false, language } = program;
  if (language !== undefined) return otherLanguage(name, language);
  if (!facts)
    return {
      fault: `"${name}" was given the preload, and its debugger cannot look inside`,
      remedy: 'Start it with debugging (F5) rather than without, then ask again. It may also have ended already.',
    };
  const reason = firstReason(facts, { ports, elsewhere });
  return { ...reason, fault: `"${name}" (pid ${facts.pid}) ${reason.fault}`, configuration: name };
}

function firstReason(facts: ProgramFacts, surroundings: Surroundings): Reason {
  for (const check of CHECKS) {
    const reason = check(facts, surroundings);
    if (reason) return reason;
  }
  return nothingCalled(facts);
}

/** What brings spans into programs that nothing of ours looks into. */
const BRINGS_SPANS: Readonly<Record<string, string>> = {
  python:
    'Its own OpenTelemetry SDK is recorded as it is. Without one, install what instruments it into its environment: pip install opentelemetry-distro, then opentelemetry-bootstrap -a install.',
  java: 'Name OpenTelemetry’s agent in "spanline.capture.javaAgent": it instruments the program as it is.',
  dotnet:
    'It needs an OpenTelemetry SDK with an OTLP exporter, or OpenTelemetry’s automatic instrumentation in ~/.otel-dotnet-auto.',
};
const NEEDS_SDK = 'It needs an OpenTelemetry SDK with an OTLP exporter that is not told an address in code.';

function otherLanguage(name: string, language: string): Reason {
  const remedy = `Send it a request. ${BRINGS_SPANS[language] ?? NEEDS_SDK}`;
  return { fault: `"${name}" runs, and none of its spans has come`, remedy };
}

/** Only of a program that we are not in: where we are, its own exporters go where they please. */
function exportsElsewhere({ preload, exporters, otel }: ProgramFacts, { ports }: Surroundings): Reason | undefined {
  if (preload) return undefined;
  const told = otel.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? otel.OTEL_EXPORTER_OTLP_ENDPOINT;
  const urls = exporters.length > 0 ? exporters : told ? [told] : [];
  if (urls.length === 0 || urls.some((url) => ports.includes(portOf(url)))) return undefined;
  const here = ports.length === 0 ? 'has no port' : `listens on ${ports.join(' and ')}`;
  return {
    fault: `sends its spans to ${urls.join(' and ')}, while Spanline ${here}`,
    remedy: 'Let it export OTLP to the receiver; the endpoint is copied with one click.',
    action: 'endpoint',
  };
}

function portOf(url: string): number {
  try {
    const { port, protocol } = new URL(url.includes('://') ? url : `http://${url}`);
    return Number(port || (protocol === 'https:' ? 443 : 80));
  } catch {
    return 0;
  }
}

function runsElsewhere({ preload }: ProgramFacts, { elsewhere }: Surroundings): Reason | undefined {
  if (preload || !elsewhere) return undefined;
  return {
    fault: 'runs in a container or on another machine, where neither the preload nor 127.0.0.1 is this window’s',
    remedy:
      'Open the folder there (Dev Containers, Remote - SSH), or let it export OTLP to this machine and name the host in "spanline.receiver.allowedHosts".',
    action: 'receiver',
  };
}

function unreachable({ report, permissions, version }: ProgramFacts, { elsewhere }: Surroundings): Reason | undefined {
  if (!report?.failing) return undefined;
  const count = `${report.ended} ${report.ended === 1 ? 'span' : 'spans'}`;
  if (permissions && parseInt(version, 10) >= NET_PERMISSION_MAJOR)
    return {
      fault: `has made ${count}, and Node’s permission model may keep it from ${report.endpoint}`,
      remedy: 'Add "--allow-net" to "runtimeArgs" of the launch configuration. What it has made arrives when it ends.',
      action: 'launch',
      change: { runtimeArgs: ['--allow-net'] },
    };
  return {
    fault: `has made ${count}, and cannot reach ${report.endpoint}`,
    remedy: elsewhere
      ? 'It runs in a container or on another machine: open the folder there (Dev Containers, Remote - SSH).'
      : 'A firewall or sandbox keeps it from connecting to 127.0.0.1: allow that. What it has made arrives then.',
    action: 'log',
  };
}

function ancientApi({ ancientApi: ancient }: ProgramFacts): Reason | undefined {
  if (!ancient) return undefined;
  return {
    fault: 'uses an @opentelemetry/api from before 1.0, which nothing of today meets',
    remedy: 'Update it with its SDK: npm install @opentelemetry/api@latest.',
  };
}

/** Spans of the program's own tracers would have come all the same. */
function sdkTooLate({ early, provider, esm }: ProgramFacts): Reason | undefined {
  if (early.length === 0 || !isRegistered(provider)) return undefined;
  return {
    fault: `had loaded ${early.join(', ')} before its OpenTelemetry SDK, which can instrument that no more`,
    remedy: `Start the SDK first: in a file of its own, by ${earlyOption(esm)} in "runtimeArgs" of the launch configuration.`,
    action: 'launch',
  };
}

function noLoaderHooks({ esm, loaderHooks, provider }: ProgramFacts): Reason | undefined {
  if (!esm || loaderHooks || !isRegistered(provider)) return undefined;
  return {
    fault: 'is made of ES modules, and its SDK was started without the hooks that instrument what they import',
    remedy:
      'Send it a request first; if that makes none, add "--import", "@opentelemetry/instrumentation/hook.mjs" to "runtimeArgs" of the launch configuration.',
    action: 'launch',
    change: { runtimeArgs: ['--import', '@opentelemetry/instrumentation/hook.mjs'] },
  };
}

function earlyOption(esm: boolean): string {
  return esm ? '--import ./instrumentation.js' : '--require ./instrumentation.js';
}

function isRegistered(provider: string | undefined): boolean {
  return provider !== undefined && provider !== SLOT_IS_PROXY;
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
  const theirs = nodeOptions.replace(DEBUGGER_OPTIONS, '').trim();
  const value = theirs === '' ? 'empty' : `"${theirs}"`;
  return {
    fault: `had its NODE_OPTIONS overwritten on the way: it is ${value}`,
    remedy:
      'Add to it instead, such as NODE_OPTIONS="$NODE_OPTIONS --your-option", in the script or tool that sets it.',
  };
}

function notAllowed({ preload, permissions, version, report }: ProgramFacts): Reason | undefined {
  const fault = report?.fault;
  if (preload && fault === undefined) return undefined;
  if (permissions && (fault === undefined || fault === ACCESS_DENIED))
    return {
      fault: 'runs under Node’s permission model, which kept the preload out',
      remedy: 'Add --allow-fs-read for Spanline’s folder (it is in NODE_OPTIONS), or debug without --permission.',
    };
  if (fault !== undefined)
    return {
      fault: `could not load a file of the preload: ${fault}`,
      remedy: 'Reload the window, which puts Spanline’s files in place again; "Spanline: Show Log" tells more.',
      action: 'log',
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
    change: { env: { OTEL_SDK_DISABLED: 'false' } },
  };
}

function severalApis({ apiCopies }: ProgramFacts): Reason | undefined {
  if (apiCopies.length < 2) return undefined;
  return {
    fault: `has loaded ${apiCopies.length} copies of @opentelemetry/api: ${apiCopies.join(', ')}`,
    remedy: 'Only one of them can hold the provider; spans of the others lead nowhere. Run "npm dedupe".',
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
  if (sdks.length === 0 || isRegistered(provider)) return undefined;
  if (otel.OTEL_TRACES_EXPORTER === 'none')
    return {
      fault: 'has OTEL_TRACES_EXPORTER=none: its SDK registers no tracer provider',
      remedy: 'Take OTEL_TRACES_EXPORTER out of "env" of the launch configuration, or name an exporter.',
      action: 'launch',
      change: { env: { OTEL_TRACES_EXPORTER: null } },
    };
  return {
    fault: `has loaded ${sdks[0].replace('\\', '/')}, and has registered no tracer provider`,
    remedy: `Call sdk.start() or provider.register() before anything else: put it in a file of its own and start with ${earlyOption(esm)}.`,
  };
}

function bundledSdkOff({ bundledSdk, provider, sdks }: ProgramFacts): Reason | undefined {
  if (bundledSdk !== 'off' || sdks.length > 0 || isRegistered(provider)) return undefined;
  return {
    fault: 'has no OpenTelemetry SDK, and may not be given one',
    remedy: 'Switch "spanline.capture.bundledSdk" on.',
    action: 'setting',
    switchOn: 'capture.bundledSdk',
  };
}

/** It has spans under way, and none that ended. */
export function endsNothing({ facts }: SilentProgram): boolean {
  return facts?.report !== undefined && facts.report.open > 0 && facts.report.ended === 0;
}

function nothingEnds({ report }: ProgramFacts): Reason | undefined {
  if (!report || report.open === 0 || report.ended > 0) return undefined;
  return {
    fault: `has ${report.open} ${report.open === 1 ? 'span' : 'spans'} under way, and none that ended`,
    remedy: 'See that each span is ended, in "finally" where the work may throw: span.end().',
  };
}

function nothingCalled({ upSeconds, otel }: ProgramFacts): Reason {
  const sampler = otel.OTEL_TRACES_SAMPLER === 'always_off' || otel.OTEL_TRACES_SAMPLER_ARG === '0';
  return {
    fault: `is recorded and has made no span in ${upSeconds} s`,
    remedy: sampler
      ? 'Send it a request. Its sampler is off by OTEL_TRACES_SAMPLER: its own backend will have none, here they are shown all the same.'
      : 'Send it a request: HTTP, databases and your own tracers make spans.',
  };
}
