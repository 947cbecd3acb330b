/** What of a text may reach a disk: without secrets, without erased id tags, and at some sites with pseudonyms for all. */

import { createHmac } from 'node:crypto';
import type { Entry, ErasedTags, MalformedMessage, Message } from '@ocpp-logs/core';
import {
  decodeEntry,
  encodeEntry,
  firstIdAt,
  IdTags,
  type Redacted,
  redact,
  secretInMalformed,
} from '@ocpp-logs/core';
import { erasedTagsOf, type SiteErasedTag } from '../../store/erasure.ts';
import type { KeptOut } from './kept-out.ts';

export interface MaskingOptions {
  /** Names masked beside the listed ones. */
  readonly redact: readonly string[];
  /** Of pseudonyms; without one nothing of a site that asks for them can be recorded. */
  readonly pseudonymKey?: Uint8Array | null;
}

const NONE: readonly SiteErasedTag[] = [];

export class Masking {
  readonly #names: readonly string[];
  readonly #keptOut: Pick<KeptOut, 'rulesOf'>;
  readonly #tags: IdTags | null;
  readonly #key: Uint8Array | null;
  readonly #erased = new Map<string, { readonly of: readonly SiteErasedTag[]; readonly tags: ErasedTags }>();

  constructor(
    { redact: names, pseudonymKey: key = null }: MaskingOptions,
    keptOut: Pick<KeptOut, 'rulesOf'>,
  ) {
    this.#names = names;
    this.#keptOut = keptOut;
    this.#key = key;
    this.#tags =
      key === null ? null : new IdTags((text) => createHmac('sha256', key).update(text, 'utf8').digest());
  }

  /** `action`: of an answer that of its call, null where it is not known. */
  message<M extends Exclude<Message, MalformedMessage>>(
    site: string,
    text: string,
    message: M,
    action: string | null,
  ): Redacted<M> {
    const masked = redact(text, message, action, this.#names);
    const tags = this.#tagsOf(site);
    const hidden = tags === null ? masked : joinedPaths(masked, tags.replace(masked.text, masked.message));
    const erased = this.#erasedOf(site);
    return erased === null ? hidden : { ...hidden, ...erased.message(hidden.text, hidden.message) };
  }

  /** Of a text that cannot be read; null where nothing of it may be kept. Bytes that are no UTF-8 come as Latin-1. */
  malformed(site: string, text: string, message: MalformedMessage): Redacted<MalformedMessage> | null {
    const hidden = secretInMalformed(text, this.#names) || this.#tagsOf(site)?.named(text) === true;
    if (hidden) return null;
    const masked = redact(text, message, null, this.#names);
    const erased = this.#erasedOf(site);
    return erased === null ? masked : { ...masked, text: erased.frame(masked.text) };
  }

  /** Of what was taken in before an id tag of it was erased; the same object where there is none. */
  entry(site: string, entry: Entry): Entry {
    const erased = this.#erasedOf(site);
    if (erased === null) return entry;
    const text = encodeEntry(firstIdAt(entry.at), entry);
    const without = erased.entry(text);
    return without === text ? entry : decodeEntry(without);
  }

  #erasedOf(site: string): ErasedTags | null {
    const { erased = NONE } = this.#keptOut.rulesOf(site);
    if (erased.length === 0) return null;
    const known = this.#erased.get(site);
    if (known?.of === erased) return known.tags;
    if (this.#key === null) throw new Error('there is no key by which erased id tags are known');
    const tags = erasedTagsOf(this.#key, site, erased);
    this.#erased.set(site, { of: erased, tags });
    return tags;
  }

  #tagsOf(site: string): IdTags | null {
    if (!this.#keptOut.rulesOf(site).pseudonymise) return null;
    if (this.#tags === null) throw new Error('there is no key for the pseudonyms of this site');
    return this.#tags;
  }
}

function joinedPaths<M extends Message>(masked: Redacted<M>, replaced: Redacted<M>): Redacted<M> {
  return { ...replaced, redacted: [...new Set([...masked.redacted, ...replaced.redacted])] };
}
