/** A look further into a source whose beginning shows no format: a program may write much before its first message. */

import { type Detected, detect } from './detect.ts';
import type { Sample } from './format.ts';
import { LineCutter, type LogLine } from './line-cutter.ts';
import { looksLikeRecords, sampleOf } from './sample.ts';

/** Of a source that can be opened again. */
export const LOOKED_AT_MAX = 64 * 1024 * 1024;
/** Of a source that can be read once: this much is held in memory. */
export const HELD_MAX = 16 * 1024 * 1024;
/** Records may be long; so much of their beginning is looked at as a whole. */
const HEADS = [2 * 1024 * 1024, 8 * 1024 * 1024];
const STEP_BYTES = 1024 * 1024;
/** A head that is wrapped has up to so many lines above its frame. */
const BEFORE_MAX = 2;
const KEPT_MAX = 1_000;
const KEPT_LENGTH_MAX = 4 * 1024 * 1024;
/** Also within a text of JSON or a cell of a table. */
const FRAME_LIKE = /\[\s*[2-6]\s*,\s*(?:\\?"|-?\d{1,20}\s*,\s*\\?["{])|\[\s*$/;

interface Found {
  readonly detected: Detected;
  /** What it was told by. */
  readonly sample: Sample;
}

/**
 * `chunks` from the beginning, in UTF-8; `first` is what was seen of them. null where nothing is found; throws where
 * nothing is found before they break off.
 */
export async function lookFurther(
  chunks: AsyncIterable<Uint8Array>,
  first: Sample,
  bytesMax: number,
): Promise<Found | null> {
  const looks: readonly Look[] = looksLikeRecords(first)
    ? [new GrowingHead(), new LinesThatMatter()]
    : [new LinesThatMatter()];
  const seen = () => looks.reduce<Found | null>((found, look) => found ?? look.end(), null);
  let read = 0;
  try {
    for await (const chunk of chunks) {
      read += chunk.length;
      for (const look of looks) {
        const found = look.push(chunk);
        if (found !== null) return found;
      }
      if (read >= bytesMax) break;
    }
  } catch (error) {
    const found = seen();
    if (found === null) throw error;
    return found;
  }
  return seen();
}

interface Look {
  push(chunk: Uint8Array): Found | null;
  /** At the end of what is looked at. */
  end(): Found | null;
}

class GrowingHead implements Look {
  #parts: Uint8Array[] = [];
  #length = 0;
  #steps = [...HEADS];

  push(chunk: Uint8Array): Found | null {
    const [next] = this.#steps;
    if (next === undefined) return null;
    this.#parts.push(chunk);
    this.#length += chunk.length;
    if (this.#length < next) return null;
    const found = this.end();
    this.#steps.shift();
    if (this.#steps.length === 0) this.#parts = [];
    return found;
  }

  end(): Found | null {
    return this.#parts.length === 0 ? null : foundIn(Buffer.concat(this.#parts), '');
  }
}

/** Lines that may hold a message, each with those before it, where its mark may stand. */
class LinesThatMatter implements Look {
  readonly #cutter = new LineCutter();
  #kept: string[] = [];
  #read = 0;
  #length = 0;
  #before: string[] = [];
  #first = 0;
  #looked = 0;

  push(chunk: Uint8Array): Found | null {
    this.#read += chunk.length;
    const found = this.#take(this.#cutter.push(chunk));
    if (found !== null || this.#read < STEP_BYTES) return found;
    this.#read = 0;
    return this.#look();
  }

  end(): Found | null {
    return this.#take(this.#cutter.end()) ?? this.#look();
  }

  #look(): Found | null {
    if (this.#looked === this.#kept.length) return null;
    this.#looked = this.#kept.length;
    const bytes = Buffer.from(`${this.#kept.join('\n')}\n`);
    return foundIn(bytes, `, among lines that may hold a message; the first of them is line ${this.#first}`);
  }

  #take(lines: readonly LogLine[]): Found | null {
    for (const { number, text } of lines) {
      if (text === null) continue;
      if (!FRAME_LIKE.test(text)) {
        this.#before.push(text);
        if (this.#before.length > BEFORE_MAX) this.#before.shift();
        continue;
      }
      if (this.#kept.length === 0) this.#first = number;
      for (const before of this.#before) this.#keep(before);
      this.#before = [];
      this.#keep(text);
      if (this.#kept.length < KEPT_MAX && this.#length < KEPT_LENGTH_MAX) continue;
      const found = this.#look();
      if (found !== null) return found;
      this.#kept = [];
      this.#length = 0;
      this.#looked = 0;
    }
    return null;
  }

  #keep(text: string): void {
    this.#kept.push(text);
    this.#length += text.length;
  }
}

function foundIn(bytes: Uint8Array, where: string): Found | null {
  const sample = sampleOf(bytes);
  const detected = detect(sample);
  if (typeof detected === 'string') return null;
  return { detected: { ...detected, evidence: `${detected.evidence}${where}` }, sample };
}
