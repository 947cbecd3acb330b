/** What was said in the range, or in the entries that were selected, as a sequence diagram. */

import { parseQuery } from '@ocpp-logs/core';
import { type FormEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useClient } from '../../api/context.ts';
import controls from '../../ui/control.module.css';
import { countText } from '../../ui/count-text.ts';
import { Icon } from '../../ui/icon.tsx';
import styles from '../station-page.module.css';
import { logsAddress, SEQUENCE_PLACE, type StationState } from '../station-state.ts';
import type { StationAddress } from '../use-station.ts';
import own from './sequence.module.css';
import { SequenceDrawing } from './sequence-drawing.tsx';
import { type AskedSequence, useSequence } from './use-sequence.ts';

export interface SequenceSectionProps {
  readonly address: StationAddress;
  readonly state: StationState;
  readonly zone: string;
  readonly onChange: (change: Partial<StationState>) => void;
}

export function SequenceSection(props: SequenceSectionProps) {
  const { address, state, zone, onChange } = props;
  const parsed = useMemo(() => parseQuery(state.q), [state.q]);
  const asked = useSequence(address, state);
  const place = useRef<HTMLElement>(null);
  const drawn = asked.data !== undefined;
  useEffect(() => {
    // The browser looked for it before it was there.
    if (drawn && window.location.hash === `#${SEQUENCE_PLACE}`) place.current?.scrollIntoView();
  }, [drawn]);
  const picked = state.entries.length > 0;
  const client = useClient();
  const { site, charger } = address;
  const link = (entry: string) => logsAddress(site, charger, state, { q: state.q, entry });
  return (
    <section ref={place} className={styles.card} aria-labelledby={SEQUENCE_PLACE}>
      <h2 id={SEQUENCE_PLACE}>Sequence</h2>
      {picked ? (
        <Selection asked={asked.data} state={state} onChange={onChange} />
      ) : (
        <Narrowing key={state.q} state={state} onChange={onChange} />
      )}
      {!picked && parsed.kind !== 'query' && (
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
        <p className={own.note}>{picked ? 'None of them is here.' : nothingText(state)}</p>
      )}
      {asked.data !== undefined && asked.data.sequence.events.length > 0 && (
        <SequenceDrawing
          charger={charger}
          zone={zone}
          asked={asked.data}
          live={state.live}
          link={link}
          address={(entry) => client.page(link(entry))}
          narrowing={(first) =>
            asked.data?.cut === true &&
            !picked && <Narrower first={first} state={state} onChange={onChange} />
          }
        />
      )}
    </section>
  );
}

function nothingText({ q }: StationState): string {
  return `Nothing was said in this time${q === '' ? '' : ' that fits the search'}.`;
}

interface SelectionProps extends Pick<SequenceSectionProps, 'state' | 'onChange'> {
  readonly asked: AskedSequence | undefined;
}

function Selection({ asked, state, onChange }: SelectionProps) {
  const left = [
    asked === undefined || asked.missing === 0
      ? null
      : `${asked.missing.toLocaleString('en')} no longer kept`,
    asked === undefined || asked.others === 0
      ? null
      : `${asked.others.toLocaleString('en')} of other stations`,
  ].filter((part) => part !== null);
  return (
    <div className={own.tools}>
      <p className={own.chosen}>
        <Icon name="check" size={14} />{' '}
        {countText(state.entries.length, 'selected entry', 'selected entries')}
        {left.length > 0 && `, but ${left.join(', and ')}`}
      </p>
      <button
        type="button"
        className={`${controls.button} ${controls.small}`}
        onClick={() => onChange({ entries: [] })}
      >
        <Icon name="close" size={14} /> Show the whole time
      </button>
    </div>
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

interface NarrowerProps extends Pick<SequenceSectionProps, 'state' | 'onChange'> {
  readonly first: number;
}

function Narrower({ first, state, onChange }: NarrowerProps) {
  return (
    <div className={own.tools}>
      <p className={own.narrow}>Narrow it by a search above, or:</p>
      {!state.quiet && (
        <button
          type="button"
          className={`${controls.button} ${controls.small}`}
          onClick={() => onChange({ quiet: true })}
        >
          Hide Heartbeat and MeterValues
        </button>
      )}
      <button
        type="button"
        className={`${controls.button} ${controls.small}`}
        onClick={() => onChange({ from: new Date(first).toISOString(), to: state.to })}
      >
        Only the time drawn
      </button>
      <button
        type="button"
        className={`${controls.button} ${controls.small}`}
        onClick={() => onChange({ to: new Date(first).toISOString() })}
      >
        Earlier messages
      </button>
    </div>
  );
}
