/** Length of a bar for a time: from milliseconds to minutes on one scale, so by its logarithm. 0 to 1. */
export function logShare(ms: number, most: number): number {
  if (most <= 0 || ms <= 0) return 0;
  return Math.min(1, Math.log10(1 + ms * 10) / Math.log10(1 + most * 10));
}
