const UNITS = [
  { limit: 1e3, size: 1, name: 'ns' },
  { limit: 1e6, size: 1e3, name: 'µs' },
  { limit: 1e9, size: 1e6, name: 'ms' },
  { limit: 60e9, size: 1e9, name: 's' },
] as const;

const LONGEST_IN_HOURS = 48;

/** Nanoseconds as people read them, two or three significant digits: `850 ns`, `1.2 ms`, `48 ms`, `2.4 s`, `3 min 05 s`, `2 d 3 h`. */
export function formatDuration(nanos: number): string {
  if (!Number.isFinite(nanos)) return '–';
  if (nanos < 0) return `-${formatDuration(-nanos)}`;
  for (const { limit, size, name } of UNITS) {
    const value = rounded(nanos / size);
    if (value * size < limit) return `${value} ${name}`;
  }
  const seconds = Math.round(nanos / 1e9);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours >= LONGEST_IN_HOURS) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** How long after the beginning: `+1.2 ms`, and `0` for what begins it. */
export function formatOffset(nanos: number): string {
  if (nanos === 0) return '0';
  return `${nanos > 0 ? '+' : ''}${formatDuration(nanos)}`;
}

/** 1.234 → 1.2, 48.04 → 48, 123.4 → 123: as many digits as a glance can use. */
function rounded(value: number): number {
  return Number(value.toPrecision(value < 100 ? 2 : 3));
}
