/** What one must know before one believes what is told of a session. */

import { countText } from '../ui/count-text.ts';
import { lastedText } from './quantity-text.ts';
import type { SessionBody } from './session-answers.ts';

export function noticesOf(session: SessionBody): readonly string[] {
  const notices = [
    session.cut &&
      'It is told no further: it had not ended 48 hours after the day on which it began, or has very many entries. If anything came later, it is not here.',
    session.start_unseen &&
      'Its start was not seen: the transaction was under way when its first entry was recorded. What was before is not known.',
    session.state === 'stop_unseen' &&
      'Its end was not seen: no stop was recorded, and the connector was used or free again, or silent for long.',
    session.delivered_late && lateText(session),
    session.seq_missing.length > 0 &&
      `${countText(session.seq_missing.length, 'event')} of the station ${session.seq_missing.length === 1 ? 'is' : 'are'} missing: ${shortList(session.seq_missing)}.`,
    session.samples_factor === null &&
      'The register in its meter values is another one than that of start and stop.',
    session.samples_factor !== null &&
      session.samples_factor !== 1 &&
      `Its meter values were labelled with the wrong unit; here they are multiplied by ${session.samples_factor}.`,
    session.series.cut && 'More than 10,000 samples were told; the chart shows the first of them.',
    session.marks_left_out > 0 &&
      `${countText(session.marks_left_out, 'further entry', 'further entries')} are not listed.`,
  ];
  return notices.filter((notice) => notice !== false);
}

function lateText({ started, from }: SessionBody): string {
  const late = started === null ? 0 : Date.parse(from) - Date.parse(started);
  const by =
    late > 120_000 ? ` The transaction began ${lastedText(late)} before anything of it arrived.` : '';
  return `Its start or its stop was told late: the station kept it while it was offline. The times are those of its clock.${by}`;
}

const SHOWN = 12;

function shortList(numbers: readonly number[]): string {
  const shown = numbers.slice(0, SHOWN).join(', ');
  return numbers.length > SHOWN ? `${shown} and ${numbers.length - SHOWN} more` : shown;
}
