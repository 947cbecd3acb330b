/** Quantities in words for the phone. */

/** `12.3 kWh`, `120 Wh`. */
export function energyText(wh: number): string {
  return Math.abs(wh) < 1_000 ? `${Math.round(wh)} Wh` : `${(wh / 1_000).toFixed(1)} kWh`;
}

/** `41 min`, `1 h 5 min`, `8 s`. */
export function spanText(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours >= 48 ? `${Math.round(hours / 24)} d` : `${hours} h ${minutes % 60} min`;
}

/** What took longer to be answered than stations wait: they give up after some seconds. ms. */
export const LATE_MS = 10_000;

/** ` after 45 s`; '' where an answer came in time, or nobody can tell. */
export function lateText(waitMs: number | null): string {
  return waitMs !== null && waitMs > LATE_MS ? ` after ${spanText(waitMs)}` : '';
}

export function powerText(watts: number): string {
  return Math.abs(watts) < 1_000 ? `${Math.round(watts)} W` : `${(watts / 1_000).toFixed(1)} kW`;
}

/** `2026-01-05 10:00 UTC`. */
export function momentText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `once`, `3 times`. */
export function timesText(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
