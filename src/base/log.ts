export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where a part writes what it has to say. Handed in, never made at import. */
export type Log = Readonly<Record<LogLevel, (message: string) => void>>;

/** A log that hands every line to one function. */
export function logTo(write: (level: LogLevel, message: string) => void): Log {
  const line = (level: LogLevel) => (message: string) => write(level, message);
  return { trace: line('trace'), debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

export const silentLog: Log = logTo(() => {});

/** The words of an error, whatever was thrown; the stack stays out of what users read. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
