import { TAG_MAX } from '@ocpp-logs/core';

/** What an id tag may be; null, or what is wrong. */
export function tagFault(tag: string): string | null {
  const { length } = tag.trim();
  if (length === 0) return 'is required: the id tag as the station sends it';
  return length > TAG_MAX ? `has at most ${TAG_MAX} characters` : null;
}
