/** What was said in the range, as a sequence diagram. */

import { parseQuery } from '@ocpp-logs/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { LogPage } from '../../api/answers.ts';
import { useClient } from '../../api/context.ts';
import { effectiveQuery } from '../../explore/noise.ts';
import { rangeParams } from '../../explore/search-params.ts';
import type { Range } from '../../time/instant-text.ts';
import { offsetText } from '../../time/zone.ts';
import controls from '../../ui/control.module.css';
import { Icon } from '../../ui/icon.tsx';
import { copyText } from '../../ui/tell.ts';
import { useWidth } from '../../ui/use-width.ts';
import styles from '../station-page.module.css';
import { logsAddress, queryOfStation, SEQUENCE_PLACE, type StationState } from '../station-state.ts';
import type { StationAddress } from '../use-station.ts';
import { mermaidOf } from './mermaid.ts';
import own from './sequence.module.css';
import { SequenceDiagram } from './sequence-diagram.tsx';
import { MESSAGES_MAX, type Sequence, sequenceOf } from './sequence-events.ts';
import { layoutOf } from './sequence-layout.ts';
import { saveFile, svgFile } from './svg-file.ts';

const KINDS = 'exchange,connection,gap,orphan,malformed';

export interface SequenceSectionProps {
  readonly address: StationAddress;
  readonly state: StationState;
  readonly range: Range;
  readonly zone: string;
  readonly onChange: (change: Partial<StationState>) => void;
}

export function SequenceSection(props: SequenceSectionProps) {
  const { address, state, range, zone, onChange } = props;
  const { site, charger } = address;
  const client = useClient();
  const parsed = useMemo(() => parseQuery(state.q), [state.q]);
  const asked = useQuery({
    queryKey: ['sequence', site, charger, range, state.q, state.quiet],
    enabled: parsed.kind === 'query',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const params = {
        site,
        q: effectiveQuery(queryOfStation(charger, state.q), state.quiet),
        kinds: KINDS,
        include: 'exchange',
        sort_order: 'desc',
        take: MESSAGES_MAX,
        ...rangeParams(range),
      };
      const { ocpp_logs, count } = await client.get<LogPage>('/ocpp-logs', { signal, params });
      return { sequence: sequenceOf(ocpp_logs), entries: ocpp_logs.length, count };
    },
  });
  const place = useRef<HTMLElement>(null);
  const drawn = asked.data !== undefined;
  useEffect(() => {
    // The browser looked for it before it was there.
    if (drawn && window.location.hash === `#${SEQUENCE_PLACE}`) place.current?.scrollIntoView();
  }, [drawn]);
  return (
    <section ref={place} className={styles.card} aria-labelledby={SEQUENCE_PLACE}>
      <h2 id={SEQUENCE_PLACE}>Sequence</h2>
      <Narrowing key={state.q} state={state} onChange={onChange} />
      {parsed.kind !== 'query' && (
        <p className={own.fault} role="alert">
          {parsed.error.message} (column {parsed.error.column})
        </p>
      )}
      {asked.isError && (
        <p className={own.fault} role="alert">
          The messages could not be loaded: {asked.error.message}
        </p>
      )}
      {asked.data !== undefined && asked.data.sequence.events.length === 0 && (
        <p className={own.note}>
          Nothing was said in this time{state.q === '' ? '' : ' that fits the search'}.
        </p>
      )}
      {asked.data !== undefined && asked.data.sequence.events.length > 0 && (
        <Drawn
          address={address}
          state={state}
          zone={zone}
          sequence={asked.data.sequence}
          cut={asked.data.sequence.left > 0 || asked.data.entries < asked.data.count}
          count={asked.data.count}
        />
      )}
    </section>
  );
}

function Narrowing({ state, onChange }: Pick<SequenceSectionProps, 'state' | 'onChange'>) {
  const [typed, type] = useState(state.q);
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange({ q: typed.trim() });
  };
  return (
    <form className={own.tools} onSubmit={submit}>
      <div className={own.search}>
        <label htmlFor={id} className={controls.hidden}>
          Narrow the sequence by a search
        </label>
        <input
          id={id}
          type="search"
          className={controls.field}
          placeholder="Narrow it: transaction:1042, action:(BootNotification OR StatusNotification)"
          value={typed}
          onChange={({ target }) => type(target.value)}
        />
      </div>
      <label className={own.check}>
        <input
          type="checkbox"
          checked={state.quiet}
          onChange={({ target }) => onChange({ quiet: target.checked })}
        />
        Hide Heartbeat and MeterValues
      </label>
    </form>
  );
}

interface DrawnProps extends Pick<SequenceSectionProps, 'address' | 'state' | 'zone'> {
  readonly sequence: Sequence;
  readonly cut: boolean;
  /** Entries that there are. */
  readonly count: number;
}

const WIDTH_MAX = 980;

function Drawn({ address: { site, charger }, state, zone, sequence, cut, count }: DrawnProps) {
  const client = useClient();
  const [, go] = useLocation();
  const [place, width] = useWidth<HTMLElement>();
  const drawing = useRef<SVGSVGElement>(null);
  const layout = useMemo(
    () => (width === 0 ? null : layoutOf(sequence.events, Math.min(WIDTH_MAX, width), zone)),
    [sequence, width, zone],
  );
  const messages = sequence.events.filter(({ kind }) => kind === 'message').length;
  const link = (entry: string) => logsAddress(site, charger, state, { q: state.q, entry });
  const name = `sequence-${charger.replaceAll(/[^\w.-]+/g, '_')}`;
  const clock = offsetText(sequence.events[0]?.at ?? 0, zone);
  const save = () => {
    if (drawing.current !== null) saveFile(svgFile(drawing.current), `${name}.svg`, 'image/svg+xml');
  };
  return (
    <>
      <div className={own.tools}>
        <p className={own.count}>
          {cut
            ? `Only the newest ${told(messages)} are drawn; ${count.toLocaleString('en')} entries fit, most of them a call and its answer. A shorter time or a search shows others.`
            : `${told(messages)}, times in ${clock}.`}
        </p>
        <button type="button" className={`${controls.button} ${controls.small}`} onClick={save}>
          <Icon name="download" size={14} /> SVG file
        </button>
        <button
          type="button"
          className={`${controls.button} ${controls.small}`}
          onClick={() => void copyText(mermaidOf(sequence, charger, zone), 'Mermaid text')}
        >
          <Icon name="copy" size={14} /> Mermaid
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section ref={place} className={own.place} tabIndex={0} aria-label="Sequence diagram">
        {layout !== null && (
          <SequenceDiagram
            ref={drawing}
            layout={layout}
            charger={charger}
            label={`Messages between ${charger} and its CSMS`}
            address={(entry) => client.page(link(entry))}
            onOpen={(entry) => go(link(entry))}
          />
        )}
      </section>
      <p className={own.legend}>
        <Sample dash={undefined} mark="call" words="Call" />
        <Sample dash="5 4" mark="answer" words="Answer, and how long it took" />
        <Sample dash="5 4" mark="cross" words="Error" />
        <Sample dash={undefined} mark="cross" words="Call without an answer" />
        <span>⋯ Time cut out</span>
      </p>
    </>
  );
}

function told(messages: number): string {
  return `${messages.toLocaleString('en')} ${messages === 1 ? 'message' : 'messages'}`;
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
