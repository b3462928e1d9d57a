import { css, html, nothing, type TemplateResult } from 'lit';
import { attributeText } from '../../../src/model/attributeText';
import { formatDuration } from '../../../src/model/durationFormat';
import type { LogRecord, Severity } from '../../../src/model/logRecord';
import type { Span } from '../../../src/model/span';
import { icon } from '../../shared/icons';
import { attributeTable, passes } from './attributeTable';
import type { RevealFrame } from './stack';
import { readableText } from './valueText';

export interface LogsOptions {
  readonly records: readonly LogRecord[];
  readonly span: Span;
  /** Part of a body, key or value, lower case. */
  readonly filter: string;
  readonly copy: (text: string) => void;
  readonly revealFrame: RevealFrame;
}

export const logStyles = css`
  .log + .log {
    border-top: 1px dashed var(--line);
  }
  .log > summary {
    display: flex;
    gap: 8px;
    align-items: baseline;
    padding: 3px 8px;
    list-style: none;
    cursor: pointer;
  }
  .log > summary:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .log-time {
    flex: none;
    min-width: 4.5em;
    text-align: end;
  }
  .severity {
    flex: none;
    min-width: 3.6em;
    padding-inline-start: 5px;
    border-inline-start: 3px solid transparent;
    font-size: 11px;
    text-transform: uppercase;
  }
  .severity.error-text {
    border-color: currentcolor;
  }
  /* The themes' colours for warnings are made for icons: too pale for text. */
  .severity.warn {
    border-color: var(--vscode-list-warningForeground, var(--vscode-editorWarning-foreground));
  }
  .severity.info {
    border-color: var(--vscode-textLink-foreground);
  }
  .log-line {
    flex: 1;
  }
  .log[open] .log-line {
    visibility: hidden;
  }
  .log-body {
    position: relative;
    margin: 0;
    padding: 2px 30px 6px 8px;
  }
  .log-text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    user-select: text;
  }
  .log-body vscode-button {
    position: absolute;
    top: 0;
    right: 4px;
  }
  .log-source {
    padding: 0 8px 6px;
  }
`;

/** Records by time; each opens for the whole of its body and its attributes. */
export function logList(options: LogsOptions): TemplateResult {
  const shown = options.records.filter((record) => matches(record, options.filter));
  if (shown.length === 0) return html`<div class="nothing dim">None matches the filter</div>`;
  return html`${shown.map((record) => oneRecord(record, options))}`;
}

function matches(record: LogRecord, filter: string): boolean {
  return (
    filter === '' ||
    bodyText(record).toLowerCase().includes(filter) ||
    record.attributes.some((attribute) => passes(attribute, filter))
  );
}

function bodyText({ body, eventName }: LogRecord): string {
  return body.kind === 'empty' ? eventName : attributeText(body);
}

function oneRecord(record: LogRecord, { span, copy, revealFrame }: LogsOptions): TemplateResult {
  const { severity, severityText, attributes, body, scope, service, spanId } = record;
  const text = bodyText(record);
  const source = [scope, service === span.service ? '' : service, spanId ? '' : 'names no span'].filter(Boolean);
  return html`<details class="log">
    <summary>
      <span class="log-time number dim" title="After the span's start">${offsetText(record, span)}</span>
      <span class="severity ${severityClass(severity)}"
        >${severityText || (severity === 'unspecified' ? 'log' : severity)}</span
      >
      <span class="log-line ellipsis mono">${text.slice(0, LINE_CHARACTERS)}</span>
    </summary>
    <div class="log-body mono">
      <span class="log-text">${body.kind === 'empty' ? text : readableText(body)}</span>
      <vscode-button appearance="icon" aria-label="Copy the log message" title="Copy" @click=${() => copy(text)}
        >${icon('copy')}</vscode-button
      >
    </div>
    ${attributeTable({ attributes, filter: '', copy, revealFrame, label: 'Attributes of the log record' })}
    ${source.length > 0 ? html`<div class="log-source dim">${source.join(' · ')}</div>` : nothing}
  </details>`;
}

const LINE_CHARACTERS = 300;

function severityClass(severity: Severity): string {
  if (severity === 'error' || severity === 'fatal') return 'error-text';
  return severity === 'warn' || severity === 'info' ? severity : 'dim';
}

function offsetText({ timeUnixNano }: LogRecord, { startTimeUnixNano }: Span): string {
  if (timeUnixNano === '0') return '–';
  const offset = Number(BigInt(timeUnixNano) - BigInt(startTimeUnixNano));
  return offset < 0 ? formatDuration(offset) : `+${formatDuration(offset)}`;
}
