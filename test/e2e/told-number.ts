/** Numbers in the words of docs/limits.md. */

/** The cell of the default, by the row. */
export type ToldNumbers = Readonly<Record<string, string>>;

export const byTens = (count: number): string => count.toLocaleString('en');
export const kib = (bytes: number): string => `${bytes / 1024} KiB`;
export const mib = (bytes: number): string => kib(bytes / 1024).replace('KiB', 'MiB');
export const seconds = (ms: number): string => `${ms / 1000} s`;
export const minutes = (ms: number): string => `${ms / 60_000} min`;
export const days = (ms: number): string => `${ms / 86_400_000} days`;

const PARTS: ReadonlyMap<number, string> = new Map([
  [0.2, 'a fifth'],
  [0.25, 'a quarter'],
  [0.5, 'half'],
  [0.75, 'three quarters'],
]);

export const part = (of: number): string => PARTS.get(of) ?? String(of);

/** Where what is told as one number is written more than once. */
export function same(numbers: readonly number[]): number {
  const [first = Number.NaN, ...others] = numbers;
  return others.every((other) => other === first) ? first : Number.NaN;
}
