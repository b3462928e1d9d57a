import type { PortOwner } from '../../protocol/engine';

export interface Kind {
  readonly kind: PortOwner['kind'];
  readonly label: string;
  /** Of a tunnel: what is said of a program behind it. */
  readonly within?: string;
}

const COLLECTOR: Kind = { kind: 'collector', label: 'OpenTelemetry Collector' };
const JAEGER: Kind = { kind: 'backend', label: 'Jaeger' };
const CONTAINER: Kind = { kind: 'tunnel', label: 'a container', within: 'in a container' };
const TEMPO: Kind = { kind: 'backend', label: 'Grafana Tempo' };

/** What is known to take OTLP on a developer's machine, by the name of its process. */
const BY_PROCESS: readonly (readonly [name: RegExp, kind: Kind])[] = [
  [/^(otelcol|otelcontribcol|opentelemetry-collector|otel-collector|otelopscol|splunk-otel|aws-otel)/i, COLLECTOR],
  [/^alloy|^grafana-agent/i, { kind: 'collector', label: 'Grafana Alloy' }],
  [/^(elastic-agent|elastic-otel|edot)/i, { kind: 'collector', label: 'Elastic Agent' }],
  [/^(datadog-agent|trace-agent|agent\.exe)$/i, { kind: 'backend', label: 'Datadog Agent' }],
  [/^fluent-bit|^vector$/i, { kind: 'collector', label: 'telemetry pipeline' }],
  [/^(jaeger|all-in-one)/i, JAEGER],
  [/^tempo/i, TEMPO],
  [/^Aspire\.Dashboard/i, { kind: 'backend', label: '.NET Aspire dashboard' }],
  [/^otel-(desktop-viewer|tui|gui)/i, { kind: 'backend', label: 'telemetry viewer' }],
  [/^(docker-proxy|com\.docker|dockerd|rootlesskit|slirp4netns|gvproxy|pasta|vpnkit|OrbStack|lima)/i, CONTAINER],
  [/^wslrelay/i, { kind: 'tunnel', label: 'a program in WSL', within: 'in WSL' }],
  [/^(ssh|sshd|kubectl)/i, { kind: 'tunnel', label: 'a tunnel to another host', within: 'through a tunnel' }],
];

export function kindOfProcess(name: string): Kind | undefined {
  return BY_PROCESS.find(([pattern]) => pattern.test(name))?.[1];
}

/** The status and the beginning of the body that a GET brings; undefined when there is no answer. */
export type Prober = (url: string) => Promise<{ readonly status: number; readonly body: string } | undefined>;

/** The OTLP receiver of the Collector, which Jaeger, Tempo and Alloy are built with, says so to a GET. */
const RECEIVER_WORDS = /405 method not allowed, supported: \[POST\]/i;

/** Recognised by what it answers, and by what else answers on this machine; undefined when it takes no OTLP that we know. */
export async function kindByAnswers(host: string, port: number, probe: Prober): Promise<Kind | undefined> {
  const answer = await probe(`http://${host}:${port}/v1/traces`);
  if (answer && !RECEIVER_WORDS.test(answer.body)) return undefined;
  // gRPC ports answer nothing to HTTP/1: their neighbours tell.
  const [jaeger, tempo, collector] = await Promise.all([
    probe('http://127.0.0.1:16686/'),
    probe('http://127.0.0.1:3200/api/echo'),
    probe('http://127.0.0.1:13133/'),
  ]);
  if (jaeger && /jaeger/i.test(jaeger.body)) return JAEGER;
  if (tempo?.body.trim() === 'echo') return TEMPO;
  return answer || /server available/i.test(collector?.body ?? '') ? COLLECTOR : undefined;
}

const PROBE_MS = 500;
const MOST_BODY = 4_096;

export const probeByFetch: Prober = async (url) => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS), redirect: 'manual' });
    return { status: answer.status, body: (await answer.text()).slice(0, MOST_BODY) };
  } catch {
    return undefined;
  }
};
