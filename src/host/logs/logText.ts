import { attributeText } from '../../model/attributeText';
import { formatMoment, unixNanoToMs } from '../../model/clockFormat';
import type { LogRecord } from '../../model/logRecord';

/** One record on one line, as log files have it: `2026-01-02 14:03:22.045 [WARN] shop winston: tea is low cups=1`. */
export function logLine(record: LogRecord): string {
  const { timeUnixNano, severity, severityText, service, scope, body, eventName, attributes } = record;
  const level = severityText || (severity === 'unspecified' ? 'log' : severity);
  const source = [service, scope].filter(Boolean).join(' ');
  const message = body.kind === 'empty' ? eventName : attributeText(body);
  const details = attributes.map(({ key, value }) => `${key}=${attributeText(value)}`);
  const words = [
    formatMoment(unixNanoToMs(timeUnixNano)),
    `[${level.toUpperCase()}]`,
    `${source}:`,
    message,
    ...details,
  ];
  return words.join(' ').replace(/[\r\n]+\s*/g, ' ⏎ ');
}
