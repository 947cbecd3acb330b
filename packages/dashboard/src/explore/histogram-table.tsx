/** The histogram for those who do not see it. */

import { timeText } from '../time/zone.ts';
import styles from './histogram.module.css';
import type { Bar } from './histogram-bars.ts';
import { TONES } from './outcomes.ts';

export function HistogramTable({ bars, zone }: { readonly bars: readonly Bar[]; readonly zone: string }) {
  const filled = bars.filter(({ count }) => count > 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
    <section className={styles.tablePlace} tabIndex={0} aria-label="Counts">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Entries</th>
            {TONES.map(({ tone, label }) => (
              <th key={tone} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filled.map((bar) => (
            <tr key={bar.from}>
              <th scope="row">{timeText(bar.from, zone)}</th>
              <td>{bar.count.toLocaleString('en')}</td>
              {TONES.map(({ tone }) => (
                <td key={tone}>{bar.tones[tone].toLocaleString('en')}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
