/** Sequence numbers of one transaction, OCPP 2.x, also where they begin anew in the middle of it. */

import type { Mark } from './session.ts';

/** Sequence numbers between first and last beyond which nobody counts what is missing. */
const SPAN_MAX = 10_000;
const RESTARTS_MAX = 20;

interface Numbered {
  readonly number: number;
  /** When it happened, by the station's clock; null where it does not say. */
  readonly told: number | null;
}

export class Numbering {
  /** Each since the numbers began. */
  readonly #runs: Set<number>[] = [new Set()];
  #highest: Numbered | null = null;
  readonly restarts: Mark[] = [];

  see(number: number, told: number | null, mark: Mark): void {
    const highest = this.#highest;
    if (this.#anew(number, told)) {
      this.restarts.push(mark);
      this.#runs.push(new Set());
      this.#highest = { number, told };
    } else if (highest === null || number > highest.number) {
      this.#highest = { number, told };
    }
    this.#runs.at(-1)?.add(number);
  }

  /** A number that was there before, or the first of all, of what happened later than the highest. */
  #anew(number: number, told: number | null): boolean {
    const highest = this.#highest;
    if (highest === null || highest.told === null || told === null) return false;
    if (number >= highest.number || told <= highest.told || this.restarts.length >= RESTARTS_MAX)
      return false;
    return number === 0 || this.#runs.at(-1)?.has(number) === true;
  }

  /** Numbers that lie between others and never came, each once. */
  get missing(): readonly number[] {
    return [...new Set(this.#runs.flatMap(missingOf))].sort((a, b) => a - b);
  }
}

function missingOf(seen: ReadonlySet<number>): readonly number[] {
  if (seen.size < 2) return [];
  const sorted = [...seen].sort((a, b) => a - b);
  const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  if (high - low > SPAN_MAX) return [];
  const missing: number[] = [];
  for (let number = low; number < high; number += 1) if (!seen.has(number)) missing.push(number);
  return missing;
}
