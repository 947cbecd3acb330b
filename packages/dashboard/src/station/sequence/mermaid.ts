/** A sequence as Mermaid writes it, to take along into notes and reports. */

import { spanText } from '../../time/instant-text.ts';
import { timeText } from '../../time/zone.ts';
import { countText } from '../../ui/count-text.ts';
import type { Sequence, SequenceEvent } from './sequence-events.ts';

const ARROWS = { call: '->>', answer: '-->>', error: '--x', lost: '-x' } as const;
const SILENCE_MS = 5_000;

/**
 * As Mermaid reads a text of a sequence diagram: `;` and a line break end it, `#` begins a comment, two `%` a directive,
 * `<` and `&` are HTML, and `wrap:` at its start is an order. Entities say all of them.
 */
function escaped(text: string): string {
  const plain = text.replaceAll(/[\u0000-\u0020\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  // A text must not be empty.
  if (plain === '') return '–';
  return plain
    .replaceAll(/[#;%<>&]/g, (mark) => `#${mark.charCodeAt(0)};`)
    .replace(/^(:?(?:no)?wrap):/i, '$1#58;');
}

export function mermaidOf({ events, left }: Sequence, charger: string, zone: string): string {
  const lines = [
    'sequenceDiagram',
    `    participant S as ${escaped(charger)}`,
    '    participant C as CSMS',
    ...(left > 0 ? [`    Note over S,C: ${countText(left, 'older message')} left out`] : []),
  ];
  let last: SequenceEvent | null = null;
  for (const event of events) {
    const silence = last === null ? null : event.at - last.at;
    if (silence === null) lines.push(`    Note over S,C: ${timeText(event.at, zone, true)} ${escaped(zone)}`);
    else if (silence > SILENCE_MS) {
      lines.push(`    Note over S,C: ${spanText(silence)} later, ${timeText(event.at, zone, true)}`);
    }
    lines.push(`    ${lineOf(event)}`);
    last = event;
  }
  return `${lines.join('\n')}\n`;
}

function lineOf(event: SequenceEvent): string {
  if (event.kind === 'note') return `Note over S,C: ${escaped(event.label)}`;
  const [from, to] = event.way === 'to-csms' ? ['S', 'C'] : ['C', 'S'];
  return `${from}${ARROWS[event.look]}${to}: ${escaped(event.label)}`;
}
