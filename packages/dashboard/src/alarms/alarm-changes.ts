/** What of an alarm is otherwise than it was, in words. */

import type { AlarmBody, TargetBody } from './alarm-answers.ts';
import { KIND_WORDS, TARGET_KINDS } from './alarm-wish.ts';
import { unkeptText } from './keeper-words.ts';

export interface Changed {
  readonly label: string;
  /** As it is now. */
  readonly text: string;
}

/** Secrets are not shown: where nothing but one of them was changed there is nothing to tell. */
export function changesOf(before: AlarmBody, now: AlarmBody): readonly Changed[] {
  const was = new Map(wordsOf(before));
  return wordsOf(now).flatMap(([label, text]) => (was.get(label) === text ? [] : [{ label, text }]));
}

function wordsOf(alarm: AlarmBody): readonly (readonly [label: string, text: string])[] {
  return [
    ['Name', alarm.name],
    ['What it waits for', alarm.rule],
    ['On which sites', alarm.sites?.join(', ') ?? 'all'],
    ['Quiet for so many minutes', String(alarm.quiet_minutes)],
    ['Whom it tells', alarm.targets.map(targetWords).join('; ') || 'this page'],
    ['On', alarm.enabled ? 'yes' : 'no'],
    ['Answered for by', alarm.keeper ?? 'nobody'],
    ['What it does', unkeptText(alarm) ?? 'It tells as it should.'],
  ];
}

function targetWords({ kind, url, topic, username, has_secret }: TargetBody): string {
  const known = TARGET_KINDS.find((each) => each === kind);
  const where = [url, topic, username].filter((part) => part !== null && part !== '').join(' ');
  return `${known === undefined ? kind : KIND_WORDS[known].label} ${where}${has_secret ? ', with a secret' : ''}`;
}
