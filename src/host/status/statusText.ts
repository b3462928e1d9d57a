import { formatWhen } from '../../model/clockFormat';
import type { Endpoint, EngineStatus, ForwardStatus } from '../../protocol/engine';
import type { EngineState } from '../engineClient';
import { escapeMarkdown } from '../markdown';

import { totalsText } from '../redactionText';
import { plural } from '../texts';

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

/** `silent`: a program that has run for a while without a span. Said, not shouted: it may have had nothing to do. */
export function withSilence(text: StatusText, silent: string | undefined): StatusText {
  if (silent === undefined || text.severity === 'error') return text;
  const hint = `“${silent}” has made no span yet. Click to find out why`;
  return {
    ...text,
    text: `${text.text} · no spans yet`,
    accessible: `${text.accessible}. ${hint}`,
    tooltip: `$(question) ${escapeMarkdown(hint)}\n\n${text.tooltip}`,
  };
}

/** One port with every address that listens on it; a program reaches it by any. */
export interface ListeningPort {
  readonly port: number;
  readonly use: Endpoint['use'];
  /** IPv4 first, which any program can reach. */
  readonly addresses: readonly string[];
}

/** Ascending, those for any program first. */
export function listeningPorts({ endpoints }: EngineStatus): ListeningPort[] {
  const byPort = new Map<number, ListeningPort>();
  for (const { port, use, address } of endpoints) {
    const addresses = [...(byPort.get(port)?.addresses ?? []), address];
    byPort.set(port, {
      port,
      use,
      addresses: addresses.sort((a, b) => Number(a.includes(':')) - Number(b.includes(':'))),
    });
  }
  return [...byPort.values()].sort((a, b) => b.use.localeCompare(a.use) || a.port - b.port);
}

/** `127.0.0.1:4318`, `[::1]:4318`. */
export function hostAndPort({ addresses: [address], port }: ListeningPort): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = everywhere ? '127.0.0.1' : address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Where a program outside a debug session sends to, `http://127.0.0.1:4318` where that can be had: exporters begin with it. */
export function sharedEndpoint(status: EngineStatus): string | undefined {
  const shared = sharedPort(status);
  return shared && `http://${hostAndPort(shared)}`;
}

/** One that any program reaches, rather than one of which somebody else holds 127.0.0.1. */
function sharedPort(status: EngineStatus): ListeningPort | undefined {
  const shared = listeningPorts(status).filter(({ use }) => use !== 'session');
  const anyone = shared.filter(({ addresses: [first] }) => !first.includes(':'));
  const choice = anyone.length > 0 ? anyone : shared;
  return choice.find(({ port }) => port === 4318) ?? choice.at(-1);
}

const RESTORING = 'Bringing back what was received before this window was loaded';

function ready(status: EngineStatus): StatusText {
  const { problems, spansPerSecond, restoring } = status;
  const port = sharedPort(status)?.port;
  const name = port ? `Spanline ${port}` : 'Spanline';
  const perSecond = shortNumber(spansPerSecond);
  const rate = spansPerSecond > 0 ? ` · ${perSecond} ${perSecond === '1' ? 'span' : 'spans'}/s` : '';
  const warned = problems.length > 0;
  const icon = restoring ? 'sync~spin' : 'pulse';
  return {
    text: `$(${warned ? 'warning' : icon}) ${name}${rate}`,
    severity: warned ? 'warning' : 'none',
    accessible: [`${name}${rate}`, ...(restoring ? [RESTORING] : []), ...problems].join('. '),
    tooltip: tooltip(status),
  };
}

/** Of what came before the journal, or files of it, were deleted by somebody else. */
export function inMemoryOnly(journalLostAt: number): string {
  return `What came before ${formatWhen(journalLostAt)} is in memory only, since the journal’s folder or files in it were deleted then: it is gone when the window is loaded anew`;
}

const USES: Readonly<Record<Endpoint['use'], string>> = {
  session: 'debug session',
  shared: 'any program',
  followed: 'another window’s, any program',
};

/** `12,345 sent, 12 waiting (3 KB), 5 dropped`. */
export function forwardText(status: ForwardStatus): string {
  const { sentRecords, queuedRecords, queuedBytes, droppedRecords, loss } = status;
  const parts = [`${sentRecords.toLocaleString('en')} sent`];
  if (queuedRecords > 0) parts.push(`${queuedRecords.toLocaleString('en')} waiting (${formatBytes(queuedBytes)})`);
  if (droppedRecords > 0) parts.push(`${droppedRecords.toLocaleString('en')} dropped`);
  return `${parts.join(', ')}${loss === undefined ? '' : `. Last dropped: ${loss}`}`;
}

function tooltip(status: EngineStatus): string {
  const listening = listeningPorts(status).map((port) => `\`${hostAndPort(port)}\` ${USES[port.use]}`);
  const problems = status.problems.map((problem) => `$(warning) ${escapeMarkdown(problem)}`);
  const rejected = status.rejectedSpans > 0 ? ` · ${plural(status.rejectedSpans, 'span')} rejected` : '';
  const held =
    status.spans === 0 && rejected === ''
      ? 'Nothing received yet'
      : `${plural(status.spans, 'span')} in ${plural(status.traces, 'trace')} · ${formatBytes(status.bytes)}${rejected}`;
  const redacted = status.redactions && totalsText(status.redactions);
  const where =
    listening.length > 0
      ? `Listening on\n\n${listening.map((line) => `- ${line}`).join('\n')}`
      : 'Listening on no port';
  const notices = status.notices.map((notice) => `$(multiple-windows) ${escapeMarkdown(notice)}`);
  const { forward } = status;
  const forwarded = forward
    ? [`$(export) A copy goes to ${escapeMarkdown(`${forward.endpoint}: ${forwardText(forward)}`)}`]
    : [];
  return [
    '**Spanline**',
    ...problems,
    ...(status.restoring ? [`$(sync~spin) ${RESTORING}`] : []),
    where,
    ...notices,
    ...forwarded,
    ...(redacted ? [`$(lock) ${redacted}`] : []),
    ...(status.journalLostAt === undefined ? [] : [`$(info) ${inMemoryOnly(status.journalLostAt)}`]),
    held,
  ].join('\n\n');
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
