/** Numbers, sizes and spans as people read them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `1,234,567` */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `12.3 MB`, of a thousand each. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = unit === 0 || value >= 99.95 ? String(Math.round(value)) : value.toFixed(1);
  return `${text} ${UNITS[unit]}`;
}

/** `0:07`, `12:34`, `1:02:03` */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (part: number) => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
