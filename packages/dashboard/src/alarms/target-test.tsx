/** Tries whether a target is told. */

import { useId, useState } from 'react';
import { useClient } from '../api/context.ts';
import { formFaults } from '../api/form-faults.ts';
import settings from '../settings/settings.module.css';
import controls from '../ui/control.module.css';
import type { TargetTestBody } from './alarm-answers.ts';

export interface TargetTestProps {
  readonly alarm: string;
  /** Its id. */
  readonly target: string;
  /** From 1 on. */
  readonly place: number;
  /** Whether the form holds it otherwise than the server, which can try only what it keeps. */
  readonly edited: boolean;
}

export function TargetTest({ alarm, target, place, edited }: TargetTestProps) {
  const client = useClient();
  const why = useId();
  const [told, setTold] = useState('');
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    setTold('');
    try {
      const path = `/alarms/${alarm}/targets/${target}/test`;
      const { delivered, error } = await client.post<TargetTestBody>(path, undefined);
      setTold(delivered ? 'The test notice was taken.' : `It was not taken: ${error}.`);
    } catch (error) {
      setTold(formFaults(error, []).rest.join(' '));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button
        type="button"
        className={`${controls.button} ${controls.small}`}
        aria-label={`Send a test notice to target ${place}`}
        aria-describedby={edited ? why : undefined}
        disabled={busy || edited}
        onClick={() => void ask()}
      >
        Send a test notice
      </button>
      <span role="status" id={why} className={settings.hint}>
        {edited ? 'Keep the alarm first: only what is kept can be tried.' : told}
      </span>
    </>
  );
}
