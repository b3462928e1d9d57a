/** Wall-clock time to the millisecond in the machine's zone: `14:03:22.123`. @param ms milliseconds since 1970 */
export function formatClock(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

/** The same with its date, where another day could be meant: `2026-11-20 14:03:22.123`. */
export function formatMoment(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${formatClock(ms)}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function isToday(ms: number, nowMs = Date.now()): boolean {
  return new Date(ms).toDateString() === new Date(nowMs).toDateString();
}

/** As short as the day allows: `14:03:22` today, `20 Nov 14:03` this year, `2025-11-20 14:03` else. */
export function formatWhen(ms: number, nowMs = Date.now()): string {
  if (isToday(ms, nowMs)) return formatClock(ms).slice(0, -4);
  const [date, now] = [new Date(ms), new Date(nowMs)];
  if (date.getFullYear() !== now.getFullYear()) return formatMoment(ms).slice(0, -7);
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${formatClock(ms).slice(0, 5)}`;
}

/** Milliseconds since 1970 of nanoseconds since 1970 as decimal text; fractions are kept as far as doubles do. */
export function unixNanoToMs(nanos: string): number {
  return Number(BigInt(nanos) / 1_000n) / 1_000;
}
