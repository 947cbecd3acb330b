/** What the rules about stations see in the range, each with what to do and its proofs. */

import { ConclusionList } from '../charging/conclusion-list.tsx';
import { timeText } from '../time/zone.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import styles from './station-page.module.css';
import type { StationState } from './station-state.ts';
import type { StationAddress } from './use-station.ts';
import { useStationTold } from './use-station-told.ts';

export interface StationToldProps {
  readonly address: StationAddress;
  readonly state: StationState;
  readonly zone: string;
  readonly entry: (id: string) => string;
}

export function StationTold({ address, state, zone, entry }: StationToldProps) {
  const asked = useStationTold(address, state);
  const told = asked.data;
  return (
    <section className={styles.card} aria-labelledby="told" aria-busy={asked.isFetching || undefined}>
      <h2 id="told">What was seen</h2>
      {asked.isError && (
        <p className={styles.note} role="alert">
          It could not be told: {asked.error.message}{' '}
          <button
            type="button"
            className={`${controls.button} ${controls.small}`}
            onClick={() => void asked.refetch()}
          >
            Try again
          </button>
        </p>
      )}
      {told?.complete === false && (
        <p className={styles.note}>
          The first {countText(told.entries, 'entry', 'entries')} of this time, until{' '}
          {timeText(Date.parse(told.read_to), zone)}.
        </p>
      )}
      {told !== undefined && told.conclusions.length === 0 && (
        <p className={styles.note}>Nothing remarkable beside its sessions.</p>
      )}
      {told !== undefined && told.conclusions.length > 0 && (
        <ConclusionList
          conclusions={told.conclusions}
          label={`What was seen of ${address.charger}`}
          time={(ms) => timeText(ms, zone)}
          entry={entry}
        />
      )}
    </section>
  );
}
