/** Answers for an alarm from now on. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../api/context.ts';
import { formFaults } from '../api/form-faults.ts';
import controls from '../ui/control.module.css';
import { tell } from '../ui/tell.ts';
import type { AlarmBody } from './alarm-answers.ts';
import { ALARMS } from './use-alarms.ts';

export function TakeOver({ alarm: { id, name } }: { readonly alarm: Pick<AlarmBody, 'id' | 'name'> }) {
  const client = useClient();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      await client.post(`/alarms/${id}/keeper`, undefined);
      tell(
        `You answer for ${name} now: it tells what comes from here on, and nothing of what came meanwhile`,
      );
    } catch (error) {
      tell(formFaults(error, []).rest.join(' '));
    } finally {
      setBusy(false);
    }
    await queries.invalidateQueries({ queryKey: ALARMS });
  };
  return (
    <button
      type="button"
      className={`${controls.button} ${controls.small}`}
      aria-label={`Take it over: ${name}`}
      disabled={busy}
      onClick={() => void take()}
    >
      Take it over
    </button>
  );
}
