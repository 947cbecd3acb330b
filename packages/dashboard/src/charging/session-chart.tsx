/** A session over time: lanes, marks and curves above one axis. By sight, by keys, and as a table. */

import { type KeyboardEvent, type PointerEvent, useId, useMemo, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { boxesOf, type Lane } from '../station/lane-rows.ts';
import lanes from '../station/lanes.module.css';
import { Hatch, patternOf } from '../station/lanes.tsx';
import type { Range } from '../time/instant-text.ts';
import { ticksOf } from '../time/ticks.ts';
import { clockText } from '../time/zone.ts';
import controls from '../ui/control.module.css';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { useWidth } from '../ui/use-width.ts';
import { ChartCurves } from './chart-curves.tsx';
import { type Moment, momentsOf, type Panel, readoutOf } from './chart-model.ts';
import { ChartTable } from './chart-table.tsx';
import { lastedText } from './quantity-text.ts';
import type { SessionBody } from './session-answers.ts';
import styles from './session-chart.module.css';
import type { TimelineRow } from './timeline-rows.ts';

const GUTTER = 78;
const RIGHT = 6;
const ROW = 28;
const HEIGHT = 20;
const MARKS = 22;
const PANEL = 104;
const AXIS = 20;
const TICK_PX = 100;
/** The widest that a letter is on the average: what does not fit is told in words. */
const LETTER_PX = 7.4;
const JUMP = 10;

export interface SessionChartProps {
  readonly session: SessionBody;
  readonly range: Range;
  readonly lanes: readonly Lane[];
  readonly panels: readonly Panel[];
  /** Marks that are drawn one by one. */
  readonly marks: readonly TimelineRow[];
  readonly zone: string;
  readonly entry: (id: string) => string;
}

export function SessionChart({ session, range, lanes: rows, panels, marks, zone, entry }: SessionChartProps) {
  const [place, width] = useWidth<HTMLDivElement>();
  const [, go] = useLocation();
  const [at, setAt] = useState(-1);
  const [asTable, setAsTable] = useState(false);
  const hatch = useId();
  const moments = useMemo(() => momentsOf(session, panels), [session, panels]);
  const moment = moments[at];
  const inner = Math.max(1, width - GUTTER - RIGHT);
  const x = (ms: number) => GUTTER + ((ms - range.from) / (range.to - range.from)) * inner;
  const top = rows.length * ROW + MARKS;
  const height = top + panels.length * PANEL + AXIS;
  const step = (by: number) => setAt(Math.min(moments.length - 1, Math.max(0, at + by)));
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowRight' || event.key === 'ArrowUp') step(1);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') step(at < 0 ? moments.length : -1);
    else if (event.key === 'PageUp') step(JUMP);
    else if (event.key === 'PageDown') step(-JUMP);
    else if (event.key === 'Home') setAt(0);
    else if (event.key === 'End') setAt(moments.length - 1);
    else if (event.key === 'Enter' && moment !== undefined) go(entry(moment.entry));
    else if (event.key === 'Escape' && at >= 0) setAt(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const touched = useRef(false);
  const point = ({ currentTarget, clientX, pointerType }: PointerEvent<HTMLElement>) => {
    touched.current = pointerType === 'touch';
    const along = clientX - currentTarget.getBoundingClientRect().left - GUTTER;
    setAt(nearest(moments, range.from + (along / inner) * (range.to - range.from)));
  };
  // A finger looks first: what it points at is told below the drawing, with the way to its entry.
  const open = (id: string | null) => {
    if (id !== null && !touched.current) go(entry(id));
  };
  const words = moment === undefined ? null : wordsAt(moment, { rows, panels, marks, range, zone });
  return (
    <div className={styles.chart}>
      <div
        ref={place}
        className={styles.drawing}
        role="slider"
        tabIndex={0}
        aria-label="Session over time: arrow keys go from one moment to the next, Enter opens its entry"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, moments.length - 1)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={words ?? 'nothing chosen'}
        onKeyDown={onKey}
        onPointerMove={point}
        onPointerDown={point}
      >
        {width > 0 && (
          <svg width={width} height={height} role="presentation">
            <defs>
              <Hatch id={`${hatch}bad`} look="bad" angle={45} />
              <Hatch id={`${hatch}blind`} look="blind" angle={-45} />
            </defs>
            {rows.map(({ name, segments }, row) => (
              <g key={name} transform={`translate(0 ${row * ROW + (ROW - HEIGHT) / 2})`}>
                <text x="0" y={HEIGHT / 2 + 4} className={styles.name}>
                  {name}
                </text>
                <rect x={GUTTER} width={inner} height={HEIGHT} rx="3" className={lanes.ground} />
                {boxesOf(segments, range, inner).map((box) => (
                  // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the whole drawing.
                  <g
                    key={`${box.segment.from} ${box.segment.label}`}
                    className={box.segment.entry === null ? undefined : lanes.segment}
                    onClick={() => open(box.segment.entry)}
                  >
                    <rect
                      x={GUTTER + box.x}
                      width={box.width}
                      height={HEIGHT}
                      rx={box.width > 6 ? 3 : 0}
                      className={lanes[box.segment.look]}
                      fill={patternOf(box.segment.look, hatch)}
                    />
                    {box.text !== null && box.text.length * LETTER_PX + 12 <= box.width && (
                      <text
                        x={GUTTER + box.x + 6}
                        y={HEIGHT / 2 + 4}
                        className={`${styles.label} ${lanes[`on-${box.segment.look}`]}`}
                      >
                        {box.text}
                      </text>
                    )}
                  </g>
                ))}
              </g>
            ))}
            <g transform={`translate(0 ${rows.length * ROW})`}>
              <text x="0" y={MARKS / 2 + 4} className={styles.name}>
                Events
              </text>
              {marks.map((mark) => (
                // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the whole drawing.
                <g
                  key={mark.entry}
                  className={`${lanes.segment} ${styles[mark.tone]}`}
                  transform={`translate(${x(mark.at)} ${MARKS / 2})`}
                  onClick={() => open(mark.entry)}
                >
                  <circle r="9" className={styles.target} />
                  <path d={SIGNS[mark.tone]} />
                </g>
              ))}
            </g>
            <ChartCurves
              panels={panels}
              x={x}
              left={GUTTER}
              right={width - RIGHT}
              top={top}
              height={PANEL}
              at={moment?.at ?? null}
            />
            {ticksOf(range, zone, Math.max(2, Math.floor(inner / TICK_PX))).map((tick) => (
              <g key={tick.at} className={lanes.tick}>
                <line x1={x(tick.at)} x2={x(tick.at)} y1={height - AXIS} y2={height - AXIS + 4} />
                <text x={x(tick.at)} y={height - 3} textAnchor={x(tick.at) > width - 24 ? 'end' : 'middle'}>
                  {tick.text}
                </text>
              </g>
            ))}
            {moment !== undefined && (
              <line x1={x(moment.at)} x2={x(moment.at)} y1="0" y2={height - AXIS} className={styles.cursor} />
            )}
          </svg>
        )}
      </div>
      <div className={styles.foot}>
        <p className={styles.words}>
          {words === null ? 'Point at the chart, or go along it by the arrow keys.' : words}
          {moment !== undefined && (
            <>
              {' '}
              <Link href={entry(moment.entry)}>Open its entry</Link>
            </>
          )}
        </p>
        <button
          type="button"
          className={`${controls.plain} ${controls.small}`}
          onClick={() => setAsTable(true)}
        >
          <Icon name="table" size={13} /> As a table
        </button>
      </div>
      {asTable && (
        <Dialog title="Session over time" onClose={() => setAsTable(false)}>
          <ChartTable lanes={rows} panels={panels} moments={moments} zone={zone} entry={entry} />
        </Dialog>
      )}
    </div>
  );
}

/** By shape too: what went wrong is a cross, what was allowed a circle, what befell the station a square. */
const SIGNS: Readonly<Record<TimelineRow['tone'], string>> = {
  bad: 'M-4-4 4 4M4-4-4 4',
  good: 'M-4.500 0a4.500 4.500 0 1 0 9 0a4.500 4.500 0 1 0-9 0Z',
  plain: 'M0-5 5 0 0 5-5 0Z',
  station: 'M-4-4h8v8h-8Z',
};

function nearest(moments: readonly Moment[], at: number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [place, moment] of moments.entries()) {
    const far = Math.abs(moment.at - at);
    if (far > least) break;
    best = place;
    least = far;
  }
  return best;
}

interface Told extends Pick<SessionChartProps, 'panels' | 'marks' | 'range' | 'zone'> {
  readonly rows: readonly Lane[];
}

function wordsAt({ at }: Moment, { rows, panels, marks, range, zone }: Told): string {
  const since = at > range.from ? ` (+${lastedText(at - range.from)})` : '';
  const events = marks.filter((mark) => mark.at === at).map(({ what, word }) => `${what} ${word}`.trim());
  const states = rows.flatMap(({ segments }) => {
    // At its end a session is still in what reaches to it: one that goes on has no later moment.
    const found = segments.findLast(({ from, to }) => from <= at && (at < to || at === range.to));
    return found === undefined ? [] : [found.label];
  });
  return [`${clockText(at, zone)}${since}`, ...events, ...states, ...readoutOf(panels, at)].join(' · ');
}
