/** How many entries when, and what became of them; draws a range to zoom into, by pointer or by keys. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react';
import { useClient } from '../api/context.ts';
import { type Range, spanText } from '../time/instant-text.ts';
import { ticksOf } from '../time/ticks.ts';
import { timeText } from '../time/zone.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { useWidth } from '../ui/use-width.ts';
import { histogramQuery } from './count-queries.ts';
import styles from './histogram.module.css';
import { type Bar, barsOf, piecesOf, zoomed, zoomedOut } from './histogram-bars.ts';
import { HistogramTable } from './histogram-table.tsx';
import { TONES } from './outcomes.ts';
import type { FilterState } from './search-params.ts';

const HEIGHT = 64;
const BAR_PX = 9;

export interface HistogramProps {
  readonly filter: FilterState;
  readonly range: Range;
  /** Whether to ask now. */
  readonly ready: boolean;
  readonly zone: string;
  readonly onZoom: (range: Range) => void;
}

export function Histogram({ filter, range, ready, zone, onZoom }: HistogramProps) {
  const client = useClient();
  const [place, width] = useWidth<HTMLDivElement>();
  const [asTable, setAsTable] = useState(false);
  const bins = Math.max(20, Math.min(240, Math.round(width / BAR_PX / 20) * 20));
  const asked = useQuery({
    ...histogramQuery(client, filter, range, bins),
    enabled: ready && width > 0,
    placeholderData: keepPreviousData,
  });
  const bars = useMemo(() => (asked.data === undefined ? [] : barsOf(asked.data)), [asked.data]);
  return (
    <section
      className={styles.histogram}
      aria-label="Entries over time"
      aria-busy={!ready || asked.isFetching}
    >
      <div ref={place} className={`${styles.chart} ${asked.isPlaceholderData ? styles.old : ''}`}>
        {asked.isError && (
          <p className={styles.fault} role="alert">
            The histogram could not be made: {asked.error.message}
          </p>
        )}
        {width > 0 && bars.length > 0 && (
          <Chart bars={bars} width={width} range={range} zone={zone} onZoom={onZoom} />
        )}
      </div>
      <div className={styles.foot}>
        <ul className={styles.legend}>
          {TONES.map(({ tone, label }) => (
            <li key={tone}>
              <svg width="10" height="10" aria-hidden="true">
                <rect width="10" height="10" rx="2" className={styles[tone]} />
              </svg>
              {label}
            </li>
          ))}
        </ul>
        <span className={styles.step}>
          {asked.data !== undefined && `${stepText(asked.data.step_ms)} a bar`}
        </span>
        <button
          type="button"
          className={`${controls.plain} ${controls.small}`}
          onClick={() => onZoom(zoomedOut(range, Date.now()))}
        >
          <Icon name="minus" size={13} /> Zoom out
        </button>
        <button
          type="button"
          className={`${controls.plain} ${controls.small}`}
          onClick={() => setAsTable(true)}
          disabled={bars.length === 0}
        >
          <Icon name="table" size={13} /> As a table
        </button>
      </div>
      {asTable && (
        <Dialog title="Entries over time" onClose={() => setAsTable(false)}>
          <HistogramTable bars={bars} zone={zone} />
        </Dialog>
      )}
    </section>
  );
}

/** Steps are whole seconds. */
function stepText(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} s` : spanText(ms);
}

interface ChartProps {
  readonly bars: readonly Bar[];
  readonly width: number;
  readonly range: Range;
  readonly zone: string;
  readonly onZoom: (range: Range) => void;
}

interface Selection {
  readonly anchor: number;
  readonly at: number;
}

export function barWords(bar: Bar, zone: string): string {
  const parts = TONES.flatMap(({ tone, label }) =>
    bar.tones[tone] === 0 ? [] : [`${bar.tones[tone].toLocaleString('en')} ${label.toLowerCase()}`],
  );
  const detail = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  return `${timeText(bar.from, zone)}: ${countText(bar.count, 'entry', 'entries')}${detail}`;
}

function Chart({ bars, width, range, zone, onZoom }: ChartProps) {
  const [selection, setSelection] = useState<Selection | null>(null);
  const drawing = useRef(false);
  const first = bars[0]?.from ?? range.from;
  const last = bars.at(-1)?.to ?? range.to;
  const x = (ms: number) => ((ms - first) / (last - first)) * width;
  const most = Math.max(...bars.map(({ count }) => count));
  const gap = width / bars.length > 4 ? 1 : 0;
  const barAt = (event: PointerEvent<HTMLDivElement>) => {
    const inside = event.clientX - event.currentTarget.getBoundingClientRect().left;
    return Math.min(bars.length - 1, Math.max(0, Math.floor((inside / width) * bars.length)));
  };
  const zoom = ({ anchor, at }: Selection) => {
    const next = zoomed(bars, anchor, at, range);
    setSelection(null);
    if (next !== null && next.to > next.from) onZoom(next);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageDown: 10, PageUp: -10 }[event.key] ?? 0;
    if (by !== 0) {
      const from = selection ?? { anchor: bars.length, at: bars.length };
      const at = Math.min(bars.length - 1, Math.max(0, from.at + by));
      setSelection({ anchor: event.shiftKey && selection !== null ? from.anchor : at, at });
    } else if (event.key === 'Enter' && selection !== null) zoom(selection);
    else if (event.key === 'Escape' && selection !== null) setSelection(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const chosen = selection === null ? undefined : bars[selection.at];
  const low = selection === null ? 0 : Math.min(selection.anchor, selection.at);
  const high = selection === null ? 0 : Math.max(selection.anchor, selection.at);
  const marked = selection === null ? null : zoomed(bars, low, high, range);
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Time: arrow keys choose a bar, with Shift a range, Enter zooms"
      aria-valuemin={0}
      aria-valuemax={bars.length - 1}
      aria-valuenow={selection?.at ?? bars.length - 1}
      aria-valuetext={chosen === undefined ? 'nothing chosen' : barWords(chosen, zone)}
      className={styles.draw}
      onKeyDown={onKey}
      onBlur={() => setSelection(null)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drawing.current = true;
        const at = barAt(event);
        setSelection({ anchor: at, at });
      }}
      onPointerMove={(event) => {
        const at = barAt(event);
        setSelection((now) => ({ anchor: drawing.current && now !== null ? now.anchor : at, at }));
      }}
      onPointerUp={() => {
        if (drawing.current && selection !== null && low !== high) zoom(selection);
        drawing.current = false;
      }}
      onPointerCancel={() => {
        drawing.current = false;
      }}
      onPointerLeave={() => {
        if (!drawing.current) setSelection(null);
      }}
      onDoubleClick={() => selection !== null && zoom(selection)}
    >
      <svg width={width} height={HEIGHT + 16} role="presentation">
        <defs>
          <pattern
            id="hatch"
            width="4"
            height="4"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="4" height="4" className={styles.bad} />
            <rect width="1.2" height="4" className={styles.hatch} />
          </pattern>
        </defs>
        <line x1="0" x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className={styles.ground} />
        {selection !== null && (
          <rect
            x={x(bars[low]?.from ?? 0)}
            width={Math.max(1, x(bars[high]?.to ?? 0) - x(bars[low]?.from ?? 0))}
            y="0"
            height={HEIGHT}
            className={styles.selection}
          />
        )}
        {bars.map((bar) =>
          piecesOf(bar, most, HEIGHT - 4).map(({ tone, y, height }) => (
            <rect
              key={`${bar.from}${tone}`}
              x={x(bar.from) + gap / 2}
              width={Math.max(1, x(bar.to) - x(bar.from) - gap)}
              y={y + 4}
              height={height}
              className={tone === 'bad' ? undefined : styles[tone]}
              fill={tone === 'bad' ? 'url(#hatch)' : undefined}
            />
          )),
        )}
        {ticksOf({ from: first, to: last }, zone, Math.max(2, Math.floor(width / 110))).map(
          ({ at, text }) => (
            <g key={at} className={styles.tick}>
              <line x1={x(at)} x2={x(at)} y1={HEIGHT} y2={HEIGHT + 4} />
              <text
                x={x(at)}
                y={HEIGHT + 14}
                textAnchor={x(at) < 20 ? 'start' : x(at) > width - 24 ? 'end' : 'middle'}
              >
                {text}
              </text>
            </g>
          ),
        )}
      </svg>
      <span className={styles.most}>{most.toLocaleString('en')}</span>
      {chosen !== undefined && (
        <div
          className={styles.tip}
          style={
            x(chosen.from) > width / 2 ? { right: width - x(chosen.from) + 8 } : { left: x(chosen.to) + 8 }
          }
        >
          <strong>
            {low === high || marked === null
              ? timeText(chosen.from, zone)
              : `${timeText(marked.from, zone)} – ${timeText(marked.to, zone)}`}
          </strong>
          {TONES.map(({ tone, label }) => {
            const entries = bars.slice(low, high + 1).reduce((sum, bar) => sum + bar.tones[tone], 0);
            return entries === 0 ? null : (
              <span key={tone}>
                {label} <b>{entries.toLocaleString('en')}</b>
              </span>
            );
          })}
        </div>
      )}
    </div>
  );
}
