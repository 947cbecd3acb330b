/** Curves of a session, each in a panel of its own, with the limit that was set as a dashed line. */

import { type ChartLimit, lastAt, type Panel } from './chart-model.ts';
import styles from './session-chart.module.css';

export interface ChartCurvesProps {
  readonly panels: readonly Panel[];
  readonly x: (ms: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Of one panel. */
  readonly height: number;
  /** ms; where the cursor is. */
  readonly at: number | null;
}

const TITLE = 22;
const BELOW = 8;
/** So few points are seen one by one. */
const DOTS_MAX = 80;

export function ChartCurves({ panels, x, left, right, top, height, at }: ChartCurvesProps) {
  const drawn = height - TITLE - BELOW;
  return panels.map((panel, place) => {
    const { key, title, unit, points, limits } = panel;
    const y = (value: number) =>
      TITLE + drawn - (Math.min(panel.top, Math.max(0, value)) / panel.top) * drawn;
    const current = at === null ? null : lastAt(points, at);
    return (
      <g key={key} transform={`translate(0 ${top + place * height})`}>
        <text x={left} y={TITLE - 7} className={styles.title}>
          {title}, {unit}
          {limits.length > 0 && ' (dashed: limit set)'}
        </text>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line
              x1={left}
              x2={right}
              y1={y(share * panel.top)}
              y2={y(share * panel.top)}
              className={share === 0 ? styles.ground : styles.grid}
            />
            <text x={left - 6} y={y(share * panel.top) + 4} className={styles.scale}>
              {Number((share * panel.top).toPrecision(3))}
            </text>
          </g>
        ))}
        {limits.length > 0 && <path d={stairs(limits, x, y, right)} className={styles.limit} />}
        {points.length > 1 && (
          <path
            d={points
              .map(
                (point, index) =>
                  `${index === 0 ? 'M' : 'L'}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`,
              )
              .join('')}
            className={styles.curve}
          />
        )}
        {points.length <= DOTS_MAX &&
          points.map((point) => (
            <circle
              key={`${point.entry} ${point.at}`}
              cx={x(point.at)}
              cy={y(point.value)}
              r={points.length === 1 ? 3 : 1.6}
              className={styles.dot}
            />
          ))}
        {current !== null && (
          <circle cx={x(current.at)} cy={y(current.value)} r="3.500" className={styles.here} />
        )}
      </g>
    );
  });
}

/** A limit holds until the next; where none is known nothing is drawn. */
function stairs(
  limits: readonly ChartLimit[],
  x: (ms: number) => number,
  y: (value: number) => number,
  right: number,
): string {
  return limits
    .flatMap(({ at, value }, place) => {
      if (value === null) return [];
      const next = limits[place + 1];
      const from = Math.min(x(at), right);
      const to = next === undefined ? right : Math.min(x(next.at), right);
      return [`M${from.toFixed(1)} ${y(value).toFixed(1)}H${to.toFixed(1)}`];
    })
    .join('');
}
