/** By nearest rank: one of the values itself. `share` from 0 to 1; null for none. */
export function quantile(sorted: readonly number[], share: number): number | null {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? null;
}
