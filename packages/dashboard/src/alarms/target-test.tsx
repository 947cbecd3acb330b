/** Tries whether a target is told. */

import { useState } from 'react';
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
}

export function TargetTest({ alarm, target, place }: TargetTestProps) {
  const client = useClient();
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
        disabled={busy}
        onClick={() => void ask()}
      >
        Send a test notice
      </button>
      <span role="status" className={settings.hint}>
        {told}
      </span>
    </>
  );
}
