/** An alarm on what is stored already. */

import { useState } from 'react';
import { useClient } from '../api/context.ts';
import settings from '../settings/settings.module.css';
import { momentText } from '../settings/zone-of-settings.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import type { TrialBody } from './alarm-answers.ts';
import { FiringTable } from './firing-table.tsx';

const DAY_MS = 86_400_000;
const SPANS = [
  { days: 1, label: 'the last day' },
  { days: 7, label: 'the last 7 days' },
  { days: 31, label: 'the last 31 days' },
] as const;

export interface TrialProps {
  readonly rule: string;
  readonly sites: readonly string[] | null;
  readonly busy: boolean;
  /** Tells faults where the form has them. */
  readonly send: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function Trial({ rule, sites, busy, send }: TrialProps) {
  const client = useClient();
  const [days, setDays] = useState(1);
  const [found, setFound] = useState<TrialBody | null>(null);
  const ask = () =>
    void send(async () => {
      setFound(null);
      const from = new Date(Date.now() - days * DAY_MS).toISOString();
      const wish = { rule, from, ...(sites === null ? {} : { sites }) };
      setFound(await client.post<TrialBody>('/alarms/try', wish));
    });
  return (
    <fieldset className={settings.group}>
      <legend>How often it would have come true</legend>
      <div className={settings.buttons}>
        <select
          className={controls.field}
          aria-label="Time to try it on"
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
        >
          {SPANS.map((span) => (
            <option key={span.days} value={span.days}>
              in {span.label}
            </option>
          ))}
        </select>
        <button type="button" className={controls.button} disabled={busy || rule.trim() === ''} onClick={ask}>
          Try it
        </button>
      </div>
      <div role="status">{found !== null && <p className={settings.hint}>{foundText(found)}</p>}</div>
      {found?.hints.map(({ column, message }) => (
        <p key={column} className={settings.hint}>
          {message} (column {column})
        </p>
      ))}
      {found !== null && found.firings.length > 0 && (
        <FiringTable
          label="Where it would have come true"
          firings={found.firings.slice(0, 20)}
          told={false}
        />
      )}
    </fieldset>
  );
}

function foundText({ fired, stations, looked, complete, through }: TrialBody): string {
  const times = fired === 0 ? 'Never' : `${countText(fired, 'time')}, at ${countText(stations, 'station')}`;
  const far = complete ? '' : `, up to ${momentText(through, '')}: there was too much to look further`;
  return `${times}; ${countText(looked, 'entry', 'entries')} looked at${far}.`;
}
