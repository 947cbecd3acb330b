/** The chart of a session to be read: a line for each moment. */

import { Link } from 'wouter';
import type { Lane } from '../station/lane-rows.ts';
import lanes from '../station/lanes.module.css';
import { timeText } from '../time/zone.ts';
import { lastAt, type Moment, type Panel } from './chart-model.ts';
import { numberText } from './quantity-text.ts';

export interface ChartTableProps {
  readonly lanes: readonly Lane[];
  readonly panels: readonly Panel[];
  readonly moments: readonly Moment[];
  readonly zone: string;
  readonly entry: (id: string) => string;
}

const SHOWN_MAX = 1_000;

export function ChartTable({ lanes: rows, panels, moments, zone, entry }: ChartTableProps) {
  const limited = panels.filter(({ limits }) => limits.length > 0);
  return (
    <>
      {moments.length > SHOWN_MAX && (
        <p>
          The first {SHOWN_MAX.toLocaleString('en')} of {moments.length.toLocaleString('en')} moments.
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section className={lanes.tablePlace} tabIndex={0} aria-label="Moments">
        <table className={lanes.table}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {rows.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {panels.map(({ key, title, unit }) => (
                <th key={key} scope="col">
                  {title}, {unit}
                </th>
              ))}
              {limited.map(({ key, title, unit }) => (
                <th key={key} scope="col">
                  Limit of {title.toLowerCase()}, {unit}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {moments.slice(0, SHOWN_MAX).map(({ at, entry: id }) => (
              <tr key={at}>
                <th scope="row">
                  <Link href={entry(id)}>{timeText(at, zone)}</Link>
                </th>
                {rows.map(({ name, segments }) => (
                  <td key={name}>
                    {segments.findLast(({ from, to }) => from <= at && at < to)?.label ?? '–'}
                  </td>
                ))}
                {panels.map(({ key, points }) => {
                  const point = lastAt(points, at);
                  return (
                    <td key={key}>{point === null || point.at !== at ? '–' : numberText(point.value)}</td>
                  );
                })}
                {limited.map(({ key, limits }) => {
                  const limit = lastAt(limits, at)?.value ?? null;
                  return <td key={key}>{limit === null ? '–' : numberText(limit)}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
