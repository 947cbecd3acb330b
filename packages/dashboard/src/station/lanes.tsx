/** Lanes of time: what held from when to when. By sight, by keys, and as a table. */

import { type KeyboardEvent, useId, useState } from 'react';
import { type Range, spanText } from '../time/instant-text.ts';
import { ticksOf } from '../time/ticks.ts';
import { timeText } from '../time/zone.ts';
import controls from '../ui/control.module.css';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { useWidth } from '../ui/use-width.ts';
import { boxesOf, type Lane, type Look, type Segment } from './lane-rows.ts';
import styles from './lanes.module.css';

const ROW = 30;
const HEIGHT = 22;
const AXIS = 20;
const TICK_PX = 110;

export interface LanesProps {
  readonly title: string;
  readonly lanes: readonly Lane[];
  readonly range: Range;
  readonly zone: string;
  /** Whether the lanes have names that are shown. */
  readonly named?: boolean;
  /** What Enter and a click do with a segment. */
  readonly onOpen: (segment: Segment) => void;
}

interface Place {
  readonly lane: number;
  readonly segment: number;
}

export function Lanes({ title, lanes, range, zone, named = false, onOpen }: LanesProps) {
  const [place, width] = useWidth<HTMLDivElement>();
  const [chosen, choose] = useState<Place | null>(null);
  const [asTable, setAsTable] = useState(false);
  const hatch = useId();
  const flat = lanes.flatMap(({ name, segments }, lane) =>
    segments.map((own, segment) => ({ place: { lane, segment }, name, own })),
  );
  const at =
    chosen === null
      ? -1
      : flat.findIndex((each) => each.place.lane === chosen.lane && each.place.segment === chosen.segment);
  const current = flat[at];
  const words = (each: (typeof flat)[number]) => (named ? `${each.name}: ${each.own.words}` : each.own.words);
  const go = (next: number) => choose(flat[Math.min(flat.length - 1, Math.max(0, next))]?.place ?? null);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowRight') go(at + 1);
    else if (event.key === 'ArrowLeft') go(at < 0 ? flat.length - 1 : at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(flat.length - 1);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const lane = (chosen?.lane ?? 0) + (event.key === 'ArrowDown' ? 1 : -1);
      if (lanes[lane] !== undefined) choose({ lane, segment: 0 });
    } else if (event.key === 'Enter' && current !== undefined) onOpen(current.own);
    else if (event.key === 'Escape' && chosen !== null) choose(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const height = lanes.length * ROW + AXIS;
  const x = (ms: number) => ((ms - range.from) / (range.to - range.from)) * width;
  return (
    <div className={styles.lanes}>
      {named && (
        <ul className={styles.names} aria-hidden="true">
          {lanes.map(({ name }) => (
            <li key={name} title={name}>
              {name}
            </li>
          ))}
        </ul>
      )}
      <div
        ref={place}
        className={styles.drawing}
        role="slider"
        tabIndex={0}
        aria-label={`${title}: arrow keys go from one state to the next, Enter opens it`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, flat.length - 1)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={current === undefined ? 'nothing chosen' : words(current)}
        onKeyDown={onKey}
        onBlur={() => choose(null)}
        onPointerLeave={() => choose(null)}
      >
        {width > 0 && (
          <svg width={width} height={height} role="presentation">
            <defs>
              <Hatch id={`${hatch}bad`} look="bad" angle={45} />
              <Hatch id={`${hatch}blind`} look="blind" angle={-45} />
            </defs>
            {lanes.map(({ name, segments }, lane) => (
              <g key={name} transform={`translate(0 ${lane * ROW + (ROW - HEIGHT) / 2})`}>
                <rect width={width} height={HEIGHT} rx="3" className={styles.ground} />
                {boxesOf(segments, range, width).map((box, segment) => (
                  // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the whole drawing.
                  <g
                    key={box.segment.from}
                    className={styles.segment}
                    onPointerEnter={() => choose({ lane, segment })}
                    onClick={() => onOpen(box.segment)}
                  >
                    <rect
                      x={box.x}
                      width={box.width}
                      height={HEIGHT}
                      rx={box.width > 6 ? 3 : 0}
                      className={styles[box.segment.look]}
                      fill={patternOf(box.segment.look, hatch)}
                    />
                    {box.text !== null && (
                      <text x={box.x + 6} y={HEIGHT / 2 + 4} className={styles[`on-${box.segment.look}`]}>
                        {box.text}
                      </text>
                    )}
                    {current?.place.lane === lane && current.place.segment === segment && (
                      <rect
                        x={box.x - 1}
                        y="-1"
                        width={box.width + 2}
                        height={HEIGHT + 2}
                        rx="4"
                        className={styles.chosen}
                      />
                    )}
                  </g>
                ))}
              </g>
            ))}
            {ticksOf(range, zone, Math.max(2, Math.floor(width / TICK_PX))).map((tick) => (
              <g key={tick.at} className={styles.tick}>
                <line x1={x(tick.at)} x2={x(tick.at)} y1={height - AXIS} y2={height - AXIS + 4} />
                <text
                  x={x(tick.at)}
                  y={height - 3}
                  textAnchor={x(tick.at) < 20 ? 'start' : x(tick.at) > width - 24 ? 'end' : 'middle'}
                >
                  {tick.text}
                </text>
              </g>
            ))}
          </svg>
        )}
      </div>
      <div className={styles.foot}>
        <p className={styles.words}>{current === undefined ? '' : words(current)}</p>
        <button
          type="button"
          className={`${controls.plain} ${controls.small}`}
          disabled={flat.length === 0}
          onClick={() => setAsTable(true)}
        >
          <Icon name="table" size={13} /> As a table
        </button>
      </div>
      {asTable && (
        <Dialog title={title} onClose={() => setAsTable(false)}>
          <LaneTable lanes={lanes} zone={zone} named={named} />
        </Dialog>
      )}
    </div>
  );
}

export function patternOf(look: Look, id: string): string | undefined {
  return look === 'bad' || look === 'blind' ? `url(#${id}${look})` : undefined;
}

interface HatchProps {
  readonly id: string;
  readonly look: 'bad' | 'blind';
  readonly angle: number;
}

export function Hatch({ id, look, angle }: HatchProps) {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform={`rotate(${angle})`}>
      <rect width="5" height="5" className={styles[`ground-${look}`]} />
      <rect width="1.6" height="5" className={styles[`line-${look}`]} />
    </pattern>
  );
}

interface LaneTableProps {
  readonly lanes: readonly Lane[];
  readonly zone: string;
  readonly named: boolean;
}

function LaneTable({ lanes, zone, named }: LaneTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
    <section className={styles.tablePlace} tabIndex={0} aria-label="States">
      <table className={styles.table}>
        <thead>
          <tr>
            {named && <th scope="col">Of</th>}
            <th scope="col">From</th>
            <th scope="col">For</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {lanes.flatMap(({ name, segments }) =>
            segments.map(({ from, to, label }) => (
              <tr key={`${name}${from}`}>
                {named && <td>{name}</td>}
                <td>{timeText(from, zone)}</td>
                <td>{spanText(to - from)}</td>
                <td>{label}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </section>
  );
}
