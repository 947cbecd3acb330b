/**
 * Id tags of one frame to the pseudonyms that exports give them, by the frame alone: the same frame becomes the same
 * text whenever and from wherever it comes, so that it is known when it comes again.
 */

import { elementStart } from './json-text.ts';
import { KnownValues, type PseudonymHash } from './known-values.ts';
import type { MalformedMessage, Message } from './message.ts';
import { collectFrom, splicesOf } from './pseudonym-text.ts';
import { readMessage, readTruncated } from './read-message.ts';
import type { Redacted } from './redact.ts';
import { spliced } from './splice.ts';
import { unescaped } from './unescaped.ts';

/** Of members, keys and variables, without case, punctuation and the `s` of a plural. */
const ENDINGS = ['idtag', 'token', 'emaid', 'contractid'];
const NAMES: ReadonlySet<string> = new Set([
  'rfid',
  'uid',
  'tagid',
  'cardid',
  'cardnumber',
  // In OCMF; and texts of signed meter values, which hold it.
  'id',
  'signedmeterdata',
  'signeddata',
]);
const HINT =
  /id[^a-z0-9]{0,3}tag|token|emaid|contract[^a-z0-9]{0,3}id|rfid|uid|signed|ocmf|(?<![a-z0-9])(?:tag|card)/i;

export function isTagName(name: string): boolean {
  const bare = name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/s$/, '');
  return NAMES.has(bare) || ENDINGS.some((ending) => bare.endsWith(ending));
}

/** Whether a text without escapes could name an id tag. */
export function mayNameTag(text: string): boolean {
  return HINT.test(text);
}

export class IdTags {
  readonly #hash: PseudonymHash;

  constructor(hash: PseudonymHash) {
    this.#hash = hash;
  }

  /** What stands in place of an id tag; its spelling does not count. */
  of(tag: string): string {
    return new KnownValues(this.#hash, isTagName).pseudonym(tag);
  }

  /** `message` was read from `text`; of half a text that names id tags only what comes before its payload is kept. */
  replace<M extends Exclude<Message, MalformedMessage>>(text: string, message: M): Redacted<M> {
    if (!text.includes('\\') && !HINT.test(text)) return { text, redacted: [], message };
    if (message.findings[0]?.code === 'truncated') {
      const start = elementStart(text, message.kind === 'result' ? 2 : 3);
      if (start < 0 || !this.named(text)) return { text, redacted: [], message };
      const head = text.slice(0, start);
      // What is read again is a message of the same kind: only its payload is gone.
      return { text: head, redacted: ['payload'], message: readTruncated(head) as M };
    }
    const values = new KnownValues(this.#hash, isTagName);
    collectFrom(text, 'frame', values);
    const made = spliced(text, splicesOf(text, 'frame', values));
    // Replaced are insides of strings, and numbers by strings: the message stays of its kind.
    return { text: made, redacted: [], message: made === text ? message : (readMessage(made) as M) };
  }

  /** Whether a text that cannot be read may hold an id tag: then nothing of it may be kept. */
  named(text: string): boolean {
    const once = unescaped(text).text;
    return [text, once, unescaped(once).text].some((reading) => HINT.test(reading));
  }
}
