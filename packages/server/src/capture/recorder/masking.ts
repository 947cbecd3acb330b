/** What of a text may reach a disk: without secrets, and at some sites with pseudonyms for id tags. */

import { createHmac } from 'node:crypto';
import type { MalformedMessage, Message } from '@ocpp-logs/core';
import { IdTags, type Redacted, redact, secretInMalformed } from '@ocpp-logs/core';
import type { KeptOut } from './kept-out.ts';

export interface MaskingOptions {
  /** Names masked beside the listed ones. */
  readonly redact: readonly string[];
  /** Of pseudonyms; without one nothing of a site that asks for them can be recorded. */
  readonly pseudonymKey?: Uint8Array | null;
}

export class Masking {
  readonly #names: readonly string[];
  readonly #keptOut: Pick<KeptOut, 'rulesOf'>;
  readonly #tags: IdTags | null;

  constructor(
    { redact: names, pseudonymKey: key = null }: MaskingOptions,
    keptOut: Pick<KeptOut, 'rulesOf'>,
  ) {
    this.#names = names;
    this.#keptOut = keptOut;
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
    if (tags === null) return masked;
    const replaced = tags.replace(masked.text, masked.message);
    return { ...replaced, redacted: [...new Set([...masked.redacted, ...replaced.redacted])] };
  }

  /** Of a text that cannot be read; null where nothing of it may be kept. Bytes that are no UTF-8 come as Latin-1. */
  malformed(site: string, text: string, message: MalformedMessage): Redacted<MalformedMessage> | null {
    const hidden = secretInMalformed(text, this.#names) || this.#tagsOf(site)?.named(text) === true;
    return hidden ? null : redact(text, message, null, this.#names);
  }

  #tagsOf(site: string): IdTags | null {
    if (!this.#keptOut.rulesOf(site).pseudonymise) return null;
    if (this.#tags === null) throw new Error('there is no key for the pseudonyms of this site');
    return this.#tags;
  }
}
