/** Watches that count what they look for and keep the first and last of it as proof. */

import type { SeenEntry } from '../session/seen.ts';
import { evidenceOfEntry } from './evidence.ts';
import type { Evidence, Facts, Sighting, Watch } from './rule.ts';

const FIRST_MAX = 5;
const WORDS_MAX = 50;

/** What was seen: how often, of which words, proved by the first five and the last. */
export class Tally {
  readonly #first: Evidence[] = [];
  #last: Evidence | null = null;
  readonly #words = new Map<string, number>();
  count = 0;

  add(entry: SeenEntry, word = ''): void {
    this.count += 1;
    const evidence = evidenceOfEntry(entry);
    if (this.#first.length < FIRST_MAX) this.#first.push(evidence);
    else this.#last = evidence;
    if (this.#words.has(word) || this.#words.size < WORDS_MAX) {
      this.#words.set(word, (this.#words.get(word) ?? 0) + 1);
    }
  }

  /** The most frequent words, such as `StatusNotification 240, Heartbeat 3`. */
  get words(): string {
    const sorted = [...this.#words].sort(([, a], [, b]) => b - a).slice(0, 4);
    return sorted.map(([word, count]) => (count === 1 ? word : `${word} ${count} times`)).join(', ');
  }

  sighting(facts: Facts = {}): Sighting {
    const evidence = this.#last === null ? this.#first : [...this.#first, this.#last];
    return { facts: { count: this.count, words: this.words, ...facts }, evidence, times: this.count };
  }
}

/** Sees what `word` gives a word for; told where there is `least` of it. */
export function counting(word: (entry: SeenEntry) => string | null, least = 1): Watch {
  const tally = new Tally();
  return {
    see(entry) {
      const found = word(entry);
      if (found !== null) tally.add(entry, found);
    },
    end: () => (tally.count >= least ? [tally.sighting()] : []),
  };
}

/** The same where `least` of it came within `ms`: a burst. One burst is told once, with all that followed on it. */
export function bursts(word: (entry: SeenEntry) => string | null, least: number, ms: number): Watch {
  const recent: SeenEntry[] = [];
  const tally = new Tally();
  let burst = false;
  const words = new Map<string, string>();
  const forget = (count: number) => {
    for (const { id } of recent.splice(0, count)) words.delete(id);
  };
  return {
    see(entry) {
      const found = word(entry);
      if (found === null) return;
      while (recent[0] !== undefined && entry.at - recent[0].at > ms) forget(1);
      recent.push(entry);
      words.set(entry.id, found);
      if (recent.length < least) {
        burst = false;
        return;
      }
      for (const one of burst ? [entry] : recent) tally.add(one, words.get(one.id) ?? found);
      burst = true;
      forget(recent.length - least);
    },
    end: () => (tally.count > 0 ? [tally.sighting()] : []),
  };
}

/** What `word` sees, where `burst` makes no burst of it: a burst says it already. */
export function unlessBurst(
  word: (entry: SeenEntry) => string | null,
  burst: (entry: SeenEntry) => string | null,
  least: number,
  ms: number,
): Watch {
  const counted = counting(word);
  const told = bursts(burst, least, ms);
  return {
    see(entry) {
      counted.see(entry);
      told.see(entry);
    },
    end: () => (told.end().length > 0 ? [] : counted.end()),
  };
}
