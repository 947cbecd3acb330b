import type { SeenEntry } from '../session/seen.ts';
import type { Interruption, Mark } from '../session/session.ts';
import type { Evidence } from './rule.ts';

/** More prove nothing more. */
const EVIDENCE_MAX = 10;

export function evidenceOf(...marks: readonly (Mark | null | undefined)[]): readonly Evidence[] {
  const entries = new Map(marks.flatMap((mark) => (mark == null ? [] : [[mark.entry, mark] as const])));
  return [...entries.values()].slice(0, EVIDENCE_MAX).map(proof);
}

function proof({ entry, at, action, word, said }: Mark): Evidence {
  const what = word === '' ? action : `${action} ${word}`;
  return { entry, at, what: said === '' ? what : `${what} (${said})` };
}

/** The word of an answer, with the reason that it gives. */
export function because(word: string, mark: Mark | undefined): string {
  return mark === undefined || mark.said === '' ? word : `${word}: ${mark.said}`;
}

export function evidenceOfEntry({ id, at, action, event, call }: SeenEntry): Evidence {
  const { status } = call;
  const word = typeof status === 'string' ? ` ${status}` : '';
  return { entry: id, at, what: action === null ? `connection ${event?.event ?? ''}` : `${action}${word}` };
}

export function evidenceOfInterruptions(all: readonly Interruption[]): readonly Evidence[] {
  return all.slice(0, EVIDENCE_MAX).map(({ kind, entry, at }) => ({
    entry,
    at,
    what: kind === 'boot' ? 'BootNotification' : 'connection closed',
  }));
}
