/** The diagram with what goes with it: how much it shows, ways to narrow it, a table, files to take along. */

import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { offsetText } from '../../time/zone.ts';
import controls from '../../ui/control.module.css';
import { countText } from '../../ui/count-text.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { copyText } from '../../ui/tell.ts';
import { useWidth } from '../../ui/use-width.ts';
import { mermaidOf } from './mermaid.ts';
import { anchorOf, placeOf, type ScrollAnchor } from './scroll-anchor.ts';
import own from './sequence.module.css';
import { SequenceDiagram } from './sequence-diagram.tsx';
import { layoutOf, type SequenceLayout } from './sequence-layout.ts';
import { SequenceTable } from './sequence-table.tsx';
import { saveFile, svgFile } from './svg-file.ts';
import type { AskedSequence } from './use-sequence.ts';

export interface SequenceDrawingProps {
  readonly charger: string;
  readonly zone: string;
  readonly asked: Pick<AskedSequence, 'sequence' | 'cut' | 'count'>;
  /** Whether it goes on with what happens. */
  readonly live: boolean;
  /** Where an entry is, for the router. */
  readonly link: (entry: string) => string;
  /** The same as an address. */
  readonly address: (entry: string) => string;
  /** Ways to see what is not drawn; `first`: ms of the first that is. */
  readonly narrowing: (first: number) => ReactNode;
}

const WIDTH_MAX = 980;

export function SequenceDrawing(props: SequenceDrawingProps) {
  const { charger, zone, asked, live, link, address, narrowing } = props;
  const { sequence, cut, count } = asked;
  const [, go] = useLocation();
  const [place, width] = useWidth<HTMLElement>();
  const drawing = useRef<SVGSVGElement>(null);
  const [asTable, setAsTable] = useState(false);
  const layout = useMemo(
    () => (width === 0 ? null : layoutOf(sequence.events, Math.min(WIDTH_MAX, width), zone)),
    [sequence, width, zone],
  );
  const keep = useStill(place, layout, live);
  const messages = countText(sequence.events.filter(({ kind }) => kind === 'message').length, 'message');
  const first = sequence.events[0]?.at ?? 0;
  const name = `sequence-${charger.replaceAll(/[^\w.-]+/g, '_')}`;
  const small = `${controls.button} ${controls.small}`;
  return (
    <>
      <div className={own.tools}>
        <p className={own.count}>
          {cut
            ? `Only the newest ${messages} are drawn; ${countText(count, 'entry fits', 'entries fit')}, most of them a call and its answer.`
            : `${messages}, times in ${offsetText(first, zone)}.`}
        </p>
        <button type="button" className={small} onClick={() => setAsTable(true)}>
          <Icon name="table" size={14} /> As a table
        </button>
        <button
          type="button"
          className={small}
          onClick={() =>
            drawing.current !== null && saveFile(svgFile(drawing.current), `${name}.svg`, 'image/svg+xml')
          }
        >
          <Icon name="download" size={14} /> SVG file
        </button>
        <button
          type="button"
          className={small}
          onClick={() => void copyText(mermaidOf(sequence, charger, zone), 'Mermaid text')}
        >
          <Icon name="copy" size={14} /> Mermaid
        </button>
      </div>
      {narrowing(first)}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section ref={place} className={own.place} tabIndex={0} aria-label="Sequence diagram" onScroll={keep}>
        {layout !== null && (
          <SequenceDiagram
            ref={drawing}
            layout={layout}
            charger={charger}
            label={`Messages between ${charger} and its CSMS`}
            address={address}
            onOpen={(entry) => go(link(entry))}
          />
        )}
      </section>
      <Legend />
      {asTable && (
        <Dialog title={`Messages between ${charger} and its CSMS`} onClose={() => setAsTable(false)}>
          <SequenceTable events={sequence.events} charger={charger} zone={zone} link={link} />
        </Dialog>
      )}
    </>
  );
}

/** What is read stays where it is when messages come and go; at its end a live diagram goes on with them. */
function useStill(
  place: { readonly current: HTMLElement | null },
  layout: SequenceLayout | null,
  live: boolean,
) {
  const anchor = useRef<ScrollAnchor | null>(null);
  const held = useRef(layout);
  useLayoutEffect(() => {
    const element = place.current;
    held.current = layout;
    if (element === null || layout === null) return;
    if (anchor.current === null && live) anchor.current = 'end';
    if (anchor.current !== null) element.scrollTop = placeOf(anchor.current, layout, element.scrollTop);
  }, [place, layout, live]);
  return () => {
    const element = place.current;
    if (element !== null && held.current !== null) {
      anchor.current = anchorOf(held.current, element.scrollTop, element.clientHeight);
    }
  };
}

function Legend() {
  return (
    <p className={own.legend}>
      <Sample dash={undefined} mark="call" words="Call" />
      <Sample dash="5 4" mark="answer" words="Answer, and how long it took" />
      <Sample dash="5 4" mark="cross" words="Error" />
      <Sample dash={undefined} mark="cross" words="Call without an answer" />
      <span>⋯ Time cut out</span>
    </p>
  );
}

interface SampleProps {
  readonly dash: string | undefined;
  readonly mark: 'call' | 'answer' | 'cross';
  readonly words: string;
}

const MARKS = {
  call: 'M22 1.500L30 6L22 10.500Z',
  answer: 'M23 1.500L30 6L23 10.500',
  cross: 'M22 2l8 8m0 -8l-8 8',
} as const;

function Sample({ dash, mark, words }: SampleProps) {
  return (
    <span>
      <svg width="32" height="12" aria-hidden="true" stroke="currentColor" strokeWidth="1.4">
        <line x1="0" x2="29" y1="6" y2="6" strokeDasharray={dash} />
        <path d={MARKS[mark]} fill={mark === 'call' ? 'currentColor' : 'none'} />
      </svg>
      {words}
    </span>
  );
}
