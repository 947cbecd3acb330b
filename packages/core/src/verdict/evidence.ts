import type { SeenEntry } from '../session/seen.ts';
import type { Interruption, Mark } from '../session/session.ts';
import type { Evidence } from './rule.ts';

/** More prove nothing more. */
const EVIDENCE_MAX = 10;

export function evidenceOf(...marks: readonly (Mark | null | undefined)[]): readonly Evidence[] {
  const entries = new Map(marks.flatMap((mark) => (mark == null ? [] : [[mark.entry, mark] as const])));
  return [...entries.values()].slice(0, EVIDENCE_MAX).map(proof);
}

function proof({ entry, at, action, word }: Mark): Evidence {
  return { entry, at, what: word === '' ? action : `${action} ${word}` };
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
