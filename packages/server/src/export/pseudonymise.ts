/** Pseudonymising on the way out: what core finds and replaces, with the key of this server or of a file. */

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IdTags, Pseudonyms } from '@ocpp-logs/core';
import type { SiteEntry } from '../store/store.ts';

const KEY_BYTES_MIN = 16;

/** The folder's secret key is used for nothing else than to derive this one and to seal keys. */
export function pseudonymKey(secretKey: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', secretKey).update('pseudonym').digest());
}

/** Several servers with the same file give the same pseudonyms. A line break at its end does not count. */
export function pseudonymKeyOfFile(path: string): Uint8Array {
  const text = readFileSync(path, 'latin1').trimEnd();
  if (text.length < KEY_BYTES_MIN) {
    throw new RangeError(
      `a key for pseudonyms holds at least ${KEY_BYTES_MIN} bytes, for example those of: openssl rand -hex 32`,
    );
  }
  return pseudonymKey(new Uint8Array(Buffer.from(text, 'latin1')));
}

/** Of single id tags, as they are recorded where a site asks for pseudonyms. */
export function idTagsOf(key: Uint8Array): IdTags {
  return new IdTags((text) => createHmac('sha256', key).update(text, 'utf8').digest());
}

/** One for each export: it learns the values of that one. */
export function pseudonymiser(key: Uint8Array): {
  readonly collect: (entries: readonly SiteEntry[]) => void;
  readonly map: (entries: readonly SiteEntry[]) => readonly SiteEntry[];
} {
  const pseudonyms = new Pseudonyms((text) => createHmac('sha256', key).update(text, 'utf8').digest());
  return {
    collect: (entries) => {
      for (const entry of entries) pseudonyms.collect(entry);
    },
    map: (entries) =>
      entries.map((entry) => {
        const replaced = pseudonyms.replace(entry);
        return replaced === entry ? entry : { ...replaced, site: entry.site };
      }),
  };
}
