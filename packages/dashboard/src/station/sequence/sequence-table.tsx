/** The sequence to be read: a row for each message and event. */

import { Link } from 'wouter';
import { timeText } from '../../time/zone.ts';
import panels from '../panels.module.css';
import type { SequenceEvent } from './sequence-events.ts';

export interface SequenceTableProps {
  readonly events: readonly SequenceEvent[];
  readonly charger: string;
  readonly zone: string;
  /** Address of an entry. */
  readonly link: (entry: string) => string;
}

const WHAT = { call: 'Call', answer: 'Answer', error: 'Error', lost: 'Call without an answer' } as const;

export function SequenceTable({ events, charger, zone, link }: SequenceTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
    <section className={panels.sideways} tabIndex={0} aria-label="Messages">
      <table className={panels.table}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">From</th>
            <th scope="col">What</th>
            <th scope="col">Message</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.key}>
              <td>{timeText(event.at, zone, true)}</td>
              <td>{event.kind === 'note' ? '–' : event.way === 'to-csms' ? charger : 'CSMS'}</td>
              <td>{event.kind === 'note' ? 'Event' : WHAT[event.look]}</td>
              <td>
                <Link href={link(event.entry)}>{event.label}</Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
