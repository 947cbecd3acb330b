/** Opens the dialog that calls the station; says why where it cannot be called. */

import { useId, useState } from 'react';
import controls from '../../ui/control.module.css';
import { Icon } from '../../ui/icon.tsx';
import type { StationBody } from '../station-answers.ts';
import styles from './command-button.module.css';
import { CommandDialog } from './command-dialog.tsx';

const WHY_NOT = {
  'passed-on': 'The CSMS of this site commands its stations; ocpp-logs only listens.',
  'not-connected': 'The station is not connected.',
} as const;

export function CommandButton({ station }: { readonly station: StationBody }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { state, version } = station.commands;
  // Who may not is not offered it.
  if (state === 'role') return null;
  const why = state === 'ready' ? undefined : WHY_NOT[state];
  return (
    <>
      <button
        type="button"
        className={`${controls.button} ${why === undefined ? controls.primary : ''}`}
        disabled={why !== undefined}
        aria-describedby={why === undefined ? undefined : id}
        onClick={() => setOpen(true)}
      >
        <Icon name="toStation" /> Send a command
      </button>
      {why !== undefined && (
        // That it is not connected stands beside its name.
        <p id={id} className={state === 'not-connected' ? controls.hidden : styles.why}>
          {why}
        </p>
      )}
      {open && version !== null && (
        <CommandDialog
          site={station.site_id}
          charger={station.id}
          version={version}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
