/** The drawing. Everything is said by attributes, so that it stays the same in a file of its own. */

import { forwardRef, type MouseEvent } from 'react';
import styles from './sequence.module.css';
import { fitting, type MessageRow, type SequenceLayout } from './sequence-layout.ts';

const FONT = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", Arial, sans-serif';
const LETTER_PX = 6.6;

const WAYS = { 'to-csms': 'to the CSMS', 'to-station': 'to the station' } as const;

const LOOKS = {
  call: { stroke: 'var(--text)', text: 'var(--text)', dash: undefined },
  answer: { stroke: 'var(--muted)', text: 'var(--muted)', dash: '5 4' },
  error: { stroke: 'var(--bad)', text: 'var(--bad-text)', dash: '5 4' },
  lost: { stroke: 'var(--slow)', text: 'var(--slow-text)', dash: undefined },
} as const;

export interface SequenceDiagramProps {
  readonly layout: SequenceLayout;
  readonly charger: string;
  readonly label: string;
  readonly onOpen: (entry: string) => void;
  readonly address: (entry: string) => string;
}

export const SequenceDiagram = forwardRef<SVGSVGElement, SequenceDiagramProps>(function SequenceDiagram(
  { layout, charger, label, onOpen, address },
  place,
) {
  const { rows, width, height, station, csms } = layout;
  const link = (entry: string, way?: MessageRow['message']['way']) => ({
    href: address(entry),
    'aria-description': way === undefined ? undefined : WAYS[way],
    className: styles.link,
    onClick: (event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      onOpen(entry);
    },
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG is no fieldset, and its links are to be reached one by one.
    <svg
      ref={place}
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      fontFamily={FONT}
      fontSize="12"
      role="group"
      aria-label={label}
    >
      <rect width={width} height={height} fill="var(--surface)" />
      {[
        { x: station, name: charger, anchor: 'middle' as const },
        { x: csms, name: 'CSMS', anchor: 'middle' as const },
      ].map(({ x, name }) => (
        <g key={name}>
          <line x1={x} x2={x} y1="34" y2={height - 8} stroke="var(--line-strong)" />
          <LifelineName x={x} name={name} width={width} />
        </g>
      ))}
      {rows.map((row) => {
        if (row.kind === 'day') {
          return (
            <text key={`day${row.y}`} x="4" y={row.y + 4} fontWeight="600" fill="var(--text)">
              {row.text}
            </text>
          );
        }
        if (row.kind === 'silence') {
          return <Silence key={`silence${row.y}`} y={row.y} text={row.text} layout={layout} />;
        }
        const time = row.time !== null && (
          <text x="4" y={row.y + (row.kind === 'note' ? 4 : 0)} fontSize="11" fill="var(--muted)">
            {row.time}
          </text>
        );
        if (row.kind === 'note') {
          const { note } = row;
          return (
            <a key={note.key} {...link(note.entry)}>
              {time}
              <rect
                x={station - 8}
                y={row.y - 10}
                width={csms - station + 16}
                height="20"
                rx="4"
                fill={note.trouble ? 'var(--slow-soft)' : 'var(--sunken)'}
                stroke={note.trouble ? 'var(--slow)' : 'var(--line-strong)'}
                strokeDasharray={note.trouble ? '4 3' : undefined}
              />
              <text
                x={(station + csms) / 2}
                y={row.y + 4}
                textAnchor="middle"
                fontSize="11.5"
                fill={note.trouble ? 'var(--slow-text)' : 'var(--text)'}
              >
                {fitting(note.label, csms - station, LETTER_PX)}
              </text>
            </a>
          );
        }
        const { message } = row;
        return (
          <a key={message.key} {...link(message.entry, message.way)}>
            {time}
            <Arrow row={row} layout={layout} />
          </a>
        );
      })}
    </svg>
  );
});

function LifelineName(props: { readonly x: number; readonly name: string; readonly width: number }) {
  const { x, width } = props;
  const name = fitting(props.name, 190, 7.5);
  const own = name.length * 7.5 + 18;
  const start = Math.min(Math.max(2, x - own / 2), width - own - 2);
  return (
    <>
      <rect x={start} y="8" width={own} height="26" rx="5" fill="var(--raised)" stroke="var(--line-strong)" />
      <text
        x={start + own / 2}
        y="25"
        textAnchor="middle"
        fontSize="12.5"
        fontWeight="650"
        fill="var(--text)"
      >
        {name}
      </text>
    </>
  );
}

interface SilenceProps {
  readonly y: number;
  readonly text: string;
  readonly layout: SequenceLayout;
}

/** The lifelines are broken: time was cut out here. */
function Silence({ y, text, layout: { station, csms } }: SilenceProps) {
  return (
    <g>
      {[station, csms].map((x) => (
        <g key={x}>
          <rect x={x - 3} y={y - 7} width="6" height="14" fill="var(--surface)" />
          <path
            d={`M${x - 5} ${y - 4}l10 -4M${x - 5} ${y + 8}l10 -4`}
            stroke="var(--line-strong)"
            fill="none"
          />
        </g>
      ))}
      <text x={(station + csms) / 2} y={y + 4} textAnchor="middle" fontSize="11" fill="var(--muted)">
        {`⋯ ${text} ⋯`}
      </text>
    </g>
  );
}

function Arrow({ row, layout }: { readonly row: MessageRow; readonly layout: SequenceLayout }) {
  const { message, y } = row;
  const { station, csms } = layout;
  const forth = message.way === 'to-csms';
  const { stroke, text, dash } = LOOKS[message.look];
  const from = forth ? station : csms;
  // What was lost does not arrive.
  const whole = forth ? csms : station;
  const to = message.look === 'lost' ? from + (whole - from) * 0.86 : whole;
  const back = forth ? -1 : 1;
  const filled = message.look === 'call';
  return (
    <>
      <rect x="0" y={y - 20} width={layout.width} height="28" fill="transparent" />
      <text
        x={(station + csms) / 2}
        y={y - 6}
        textAnchor="middle"
        fill={text}
        fontWeight={message.look === 'call' ? 550 : 450}
      >
        {fitting(message.label, csms - station - 12, LETTER_PX)}
      </text>
      <line x1={from} x2={to} y1={y} y2={y} stroke={stroke} strokeWidth="1.4" strokeDasharray={dash} />
      {message.look === 'lost' || message.look === 'error' ? (
        <path
          d={`M${to - 5 + back * 6} ${y - 5}l10 10m0 -10l-10 10`}
          stroke={stroke}
          strokeWidth="2"
          fill="none"
        />
      ) : (
        <path
          d={`M${to + back * 8} ${y - 4.5}L${to} ${y}L${to + back * 8} ${y + 4.5}${filled ? 'Z' : ''}`}
          stroke={stroke}
          strokeWidth="1.4"
          fill={filled ? stroke : 'none'}
        />
      )}
    </>
  );
}
