import { css, html, nothing, type TemplateResult } from 'lit';
import { attributeText } from '../../../src/model/attributeText';
import type { Attribute } from '../../../src/model/attributes';
import { formatDuration } from '../../../src/model/durationFormat';
import { shownName } from '../../../src/model/shownName';
import type { SpanEvent } from '../../../src/model/span';
import { icon } from '../../shared/icons';
import { attributeTable, passes } from './attributeTable';
import { type RevealFrame, stackTrace } from './stack';

export interface EventsOptions {
  readonly events: readonly SpanEvent[];
  readonly filter: string;
  readonly copy: (text: string) => void;
  readonly revealFrame: RevealFrame;
}

export const eventStyles = css`
  .span-event {
    padding: 4px 0;
  }
  .span-event + .span-event {
    border-top: 1px dashed var(--line);
  }
  .event-head {
    display: flex;
    gap: 8px;
    align-items: baseline;
    padding: 0 8px;
  }
  .event-head vscode-button {
    margin-left: auto;
    align-self: center;
  }
  .event-head .name {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .event-time {
    flex: none;
    min-width: 4.5em;
    text-align: end;
  }
  .exception-message {
    padding: 2px 8px;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    user-select: text;
  }
`;

/** Events in the order of their time, which senders do not promise. */
export function eventList(options: EventsOptions): TemplateResult {
  const events = options.events
    .filter(({ name, attributes }) => matches(name, attributes, options.filter))
    .sort((a, b) => a.offset - b.offset);
  return html`${events.map((event) => oneEvent(event, options))}`;
}

function matches(name: string, attributes: readonly Attribute[], filter: string): boolean {
  return name.toLowerCase().includes(filter) || attributes.some((attribute) => passes(attribute, filter));
}

function oneEvent(event: SpanEvent, options: EventsOptions): TemplateResult {
  const failed = event.name === 'exception';
  return html`<div class="span-event">
    <div class="event-head">
      <span class="event-time number dim" title="After the span's start">${signed(event.offset)}</span>
      <span class="name ${failed ? 'error-text' : ''}">${shownName(event.name)}</span>
      ${failed ? copyStack(event, options.copy) : nothing}
    </div>
    ${failed ? exception(event, options) : attributes(event.attributes, event.name, options)}
  </div>`;
}

const SHOWN_AS_EXCEPTION = new Set(['exception.type', 'exception.message', 'exception.stacktrace']);

function exception({ attributes: all, name }: SpanEvent, options: EventsOptions): TemplateResult {
  const [type, message, stack] = [...SHOWN_AS_EXCEPTION].map((key) => valueOf(all, key));
  const rest = all.filter(({ key }) => !SHOWN_AS_EXCEPTION.has(key));
  return html`
    <div class="exception-message"><strong>${type ?? 'Error'}</strong>${message ? html`: ${message}` : nothing}</div>
    ${stack ? stackTrace(stack, options.revealFrame) : nothing} ${attributes(rest, name, options)}
  `;
}

function copyStack({ attributes: all }: SpanEvent, copy: (text: string) => void): TemplateResult | typeof nothing {
  const stack = valueOf(all, 'exception.stacktrace');
  if (!stack) return nothing;
  return html`<vscode-button
    appearance="icon"
    aria-label="Copy the stack trace"
    title="Copy stack trace"
    @click=${() => copy(stack)}
    >${icon('copy')}</vscode-button
  >`;
}

/** The event passed the filter as a whole: all of it shows. */
function attributes(
  list: readonly Attribute[],
  name: string,
  { copy, revealFrame }: EventsOptions,
): TemplateResult | typeof nothing {
  return attributeTable({ attributes: list, filter: '', copy, revealFrame, label: `Attributes of the event ${name}` });
}

function valueOf(all: readonly Attribute[], key: string): string | undefined {
  const found = all.find((attribute) => attribute.key === key);
  return found && attributeText(found.value);
}

function signed(offset: number): string {
  return offset < 0 ? formatDuration(offset) : `+${formatDuration(offset)}`;
}
