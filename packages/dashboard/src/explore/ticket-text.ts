/** An entry as text for a ticket or a mail: when, where, what was said, what came of it, and where to look. */

import type { LogEntry } from '../api/answers.ts';
import { shownText } from '../ui/shown-text.ts';
import { eventWords, sentenceOf } from './entry-words.ts';
import { boxesOf } from './frame-parts.ts';
import { wordsOfEntry } from './outcomes.ts';

/** Of each half; the link leads to all of it. */
const TEXT_MAX = 2_000;

export interface TicketPlace {
  /** With its zone. */
  readonly time: string;
  readonly link: string;
}

function cut(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}… (${text.length} characters)`;
}

export function ticketText(entry: LogEntry, { time, link }: TicketPlace): string {
  const { means, label } = wordsOfEntry(entry);
  const connector = entry.connector_id === null ? '' : `, connector ${entry.connector_id}`;
  const sentence = sentenceOf(entry);
  const way = { station_to_csms: ' (station to CSMS)', csms_to_station: ' (CSMS to station)' };
  const direction = entry.exchange?.direction ?? null;
  const head = `${entry.action ?? eventWords(entry) ?? label}${direction === null ? '' : way[direction]}`;
  const boxes = boxesOf(entry, means).map(
    ({ title, part, missing }) => `${title}: ${part === null ? missing : cut(part.text)}`,
  );
  const lines = [
    `Time: ${time}`,
    `Station: ${entry.charger_id}${connector}, ${entry.site_name}`,
    `Message: ${head}, ${label}`,
    ...(sentence === null ? [] : [sentence]),
    ...boxes,
    ...(entry.exchange?.message_id == null ? [] : [`Message id: ${entry.exchange.message_id}`]),
    link,
  ];
  return `${lines.map(shownText).join('\n')}\n`;
}
