import type { EngineStatus } from '../../protocol/engine';
import type { EngineState } from '../engineClient';
import { escapeMarkdown } from '../markdown';

/** The status bar's item. */
export interface StatusText {
  readonly text: string;
  readonly severity: 'none' | 'warning' | 'error';
  readonly accessible: string;
  /** Markdown. */
  readonly tooltip: string;
}

export function statusText(state: EngineState, status: EngineStatus | undefined): StatusText {
  switch (state) {
    case 'starting':
      return plain('$(sync~spin) Spanline', 'Spanline is starting', 'none');
    case 'restarting':
      return plain('$(sync~spin) Spanline', 'Spanline’s engine stopped and is being started again', 'warning');
    case 'failed':
      return plain('$(error) Spanline', 'Spanline’s engine keeps stopping. Click to see what to do', 'error');
    case 'stopped':
      return plain('$(circle-slash) Spanline', 'Spanline’s engine is stopped', 'none');
    case 'ready':
      return status ? ready(status) : plain('$(pulse) Spanline', 'Spanline is ready', 'none');
  }
}

/** The port that people configure, without the session's private ones: `4318`. */
export function sharedPorts({ endpoints }: EngineStatus): number[] {
  return endpoints.filter(({ use }) => use === 'shared').map(({ port }) => port);
}

/** Where a program outside a debug session sends to: 4318 where it can be had, as HTTP is the exporters' default. */
export function sharedEndpoint({ endpoints }: EngineStatus): string | undefined {
  const shared = endpoints.filter(({ use }) => use === 'shared');
  const chosen = shared.find(({ port }) => port === 4318) ?? shared.at(-1);
  return chosen && `http://${hostOf(chosen.address)}:${chosen.port}`;
}

function hostOf(address: string): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}

function ready(status: EngineStatus): StatusText {
  const { problems, spansPerSecond } = status;
  const port = sharedPorts(status).includes(4318) ? 4318 : sharedPorts(status).at(-1);
  const name = port ? `Spanline ${port}` : 'Spanline';
  const rate = spansPerSecond > 0 ? ` · ${shortNumber(spansPerSecond)} spans/s` : '';
  const warned = problems.length > 0;
  return {
    text: `$(${warned ? 'warning' : 'pulse'}) ${name}${rate}`,
    severity: warned ? 'warning' : 'none',
    accessible: [`${name}${rate}`, ...problems].join('. '),
    tooltip: tooltip(status),
  };
}

function tooltip(status: EngineStatus): string {
  const listening = status.endpoints.map(
    ({ address, port, use }) => `\`${hostOf(address)}:${port}\` ${use === 'session' ? 'debug session' : 'any program'}`,
  );
  const problems = status.problems.map((problem) => `$(warning) ${escapeMarkdown(problem)}`);
  const rejected = status.rejectedSpans > 0 ? ` · ${status.rejectedSpans.toLocaleString('en')} spans rejected` : '';
  const held = `${status.spans.toLocaleString('en')} spans in ${status.traces.toLocaleString('en')} traces · ${formatBytes(status.bytes)}${rejected}`;
  const where =
    listening.length > 0
      ? `Listening on\n\n${listening.map((line) => `- ${line}`).join('\n')}`
      : 'Listening on no port';
  return ['**Spanline**', ...problems, where, held].join('\n\n');
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`;
  const mebibytes = bytes / (1024 * 1024);
  return `${mebibytes < 10 ? mebibytes.toFixed(1) : Math.round(mebibytes)} MB`;
}

function shortNumber(value: number): string {
  if (value < 1000) return String(Math.round(value));
  return `${Number((value / 1000).toPrecision(2))}k`;
}

function plain(text: string, accessible: string, severity: StatusText['severity']): StatusText {
  return { text, severity, accessible, tooltip: accessible };
}
