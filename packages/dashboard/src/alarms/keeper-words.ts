/** Why nobody answers for an alarm any more, in words. */

import type { AlarmBody } from './alarm-answers.ts';

export const LOSS_WORDS: Readonly<Record<string, string>> = {
  unknown: 'it is not known who made it',
  removed: 'whoever answered for it was removed',
  disabled: 'whoever answered for it was disabled',
  revoked: 'the key that answered for it was revoked',
  expired: 'the key that answered for it has expired',
  'site-lost': 'whoever answered for it lost one of its sites',
  'right-lost': 'whoever answered for it is no admin of its sites any more',
};

/** null: somebody answers for it. */
export function unkeptText({ unkept, ready }: Pick<AlarmBody, 'unkept' | 'ready'>): string | null {
  if (unkept === null) return null;
  const why = LOSS_WORDS[unkept.reason] ?? 'nobody answers for it any more';
  return `${ready ? 'Told on this page alone' : 'Tells nothing'}: ${why}.`;
}
