/** Quantities of a session in words for the phone. */

/** `12.3 kWh`, `120 Wh`. */
export function energyText(wh: number): string {
  return Math.abs(wh) < 1_000 ? `${Math.round(wh)} Wh` : `${(wh / 1_000).toFixed(1)} kWh`;
}

export function powerText(watts: number): string {
  return Math.abs(watts) < 1_000 ? `${Math.round(watts)} W` : `${(watts / 1_000).toFixed(1)} kW`;
}

/** At most one digit behind the point: `16 A`, `15.5 A`. */
export function numberText(value: number): string {
  return (Math.round(value * 10) / 10).toLocaleString('en', { maximumFractionDigits: 1 });
}

/** `8 s`, `41 min`, `1 h 5 min`, `3 d`: seconds count only where it was short. */
export function lastedText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} d`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
