/** Makes an alarm, or changes one. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { SiteBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { FormAlert } from '../settings/form-alert.tsx';
import { toggledIn } from '../settings/keys/key-wish.ts';
import settings from '../settings/settings.module.css';
import { useSites } from '../settings/use-settings.ts';
import { useWrite } from '../settings/use-write.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import controls from '../ui/control.module.css';
import { Field } from '../ui/field.tsx';
import { tell } from '../ui/tell.ts';
import type { AlarmBody } from './alarm-answers.ts';
import { type AlarmValue, alarmValue, alarmWish, NEW_ALARM } from './alarm-wish.ts';
import styles from './alarms.module.css';
import { ChangedMeanwhile } from './changed-meanwhile.tsx';
import { TargetFields } from './target-fields.tsx';
import { Trial } from './trial.tsx';
import { ALARMS } from './use-alarms.ts';
import { useBegun } from './use-begun.ts';

const NAMES = ['name', 'rule', 'sites', 'quiet_minutes', 'targets'];
const NO_SITES: readonly SiteBody[] = [];
const BACK = '/alarm-overview';

/** `alarm`: null for a new one. */
export function AlarmForm({ alarm }: { readonly alarm: AlarmBody | null }) {
  const client = useClient();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const kept = useMemo(() => (alarm === null ? NEW_ALARM : alarmValue(alarm)), [alarm]);
  const [value, setValue] = useState<AlarmValue>(kept);
  const [leaving, setLeaving] = useState(false);
  const put = (part: Partial<AlarmValue>) => setValue({ ...value, ...part });
  const { form, busy, faults, send } = useWrite(NAMES);
  const { begun, since, write, goOn } = useBegun(alarm);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const wish = alarmWish(value);
      if (alarm === null) await client.post('/alarms', wish);
      else if (!(await write((path, headers) => client.put(path, wish, headers)))) return;
      await queries.invalidateQueries({ queryKey: ALARMS });
      tell(`The alarm ${value.name} is kept`);
      go(BACK);
    });
  };
  const remove = async () => {
    if (!(await write((path, headers) => client.delete(path, headers))))
      throw new Error('Somebody else changed this alarm meanwhile: look at it again before it is removed.');
    await queries.invalidateQueries({ queryKey: ALARMS });
    go(BACK);
  };
  const decide = (chosen: AlarmValue) => {
    setValue(chosen);
    goOn();
    void queries.invalidateQueries({ queryKey: ALARMS });
    form.current?.querySelector('input')?.focus();
  };
  const { name, rule, sites, enabled, quiet, targets } = value;
  return (
    <>
      <Link href={BACK} className={settings.back}>
        ← All alarms
      </Link>
      <h1>{alarm === null ? 'Make an alarm' : alarm.name}</h1>
      <form ref={form} className={`${settings.card} ${settings.form}`} onSubmit={submit}>
        <FormAlert lines={faults.rest} />
        {begun !== null && since !== null && (
          <ChangedMeanwhile
            before={begun}
            now={since}
            onTake={() => decide(alarmValue(since))}
            onGoOn={() => decide(value)}
          />
        )}
        <Field label="Name" fault={faults.fields.name}>
          {(control) => (
            <input
              {...control}
              value={name}
              required
              autoComplete="off"
              onChange={(event) => put({ name: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="What it waits for"
          hint={
            <>
              A search, such as <code>status:Faulted</code>;{' '}
              <code>status:Preparing THEN NO status:Charging WITHIN 2min</code>, with{' '}
              <code>WHERE B.connector = A.connector</code>; or <code>SILENT 15min</code>.
            </>
          }
          fault={faults.fields.rule}
        >
          {(control) => (
            <textarea
              {...control}
              className={`${controls.field} ${styles.rule}`}
              value={rule}
              required
              rows={3}
              spellCheck={false}
              onChange={(event) => put({ rule: event.target.value })}
            />
          )}
        </Field>
        <Trial rule={rule} sites={sites} busy={busy} send={send} />
        <SiteChoice sites={sites} fault={faults.fields.sites} onChange={(chosen) => put({ sites: chosen })} />
        <Field
          label="Quiet for so many minutes"
          hint="It does not tell again of the same station meanwhile; 0: each time."
          fault={faults.fields.quiet_minutes}
        >
          {(control) => (
            <input
              {...control}
              type="number"
              min={0}
              max={1440}
              value={quiet}
              onChange={(event) => put({ quiet: event.target.value })}
            />
          )}
        </Field>
        <TargetFields
          alarm={alarm?.id ?? null}
          targets={targets}
          kept={kept.targets}
          fault={faults.fields.targets}
          onChange={(next) => put({ targets: next })}
        />
        <label className={settings.choice}>
          <input type="checkbox" checked={enabled} onChange={() => put({ enabled: !enabled })} />
          <span>
            On <small>what happened before is not told</small>
          </span>
        </label>
        <div className={settings.buttons}>
          <button
            type="submit"
            className={`${controls.button} ${controls.primary}`}
            disabled={busy || sites?.length === 0}
          >
            {alarm === null ? 'Make the alarm' : 'Keep it so'}
          </button>
          {alarm !== null && !alarm.ready && (
            <button type="button" className={controls.button} onClick={() => setLeaving(true)}>
              Remove it
            </button>
          )}
        </div>
      </form>
      {leaving && alarm !== null && (
        <ConfirmDialog
          title={`Remove the alarm ${alarm.name}?`}
          deed="Remove it"
          onClose={() => setLeaving(false)}
          onConfirm={remove}
        >
          <p>What it told goes with it.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

interface SiteChoiceProps {
  readonly sites: readonly string[] | null;
  readonly fault: string | undefined;
  readonly onChange: (sites: readonly string[] | null) => void;
}

function SiteChoice({ sites: chosen, fault, onChange }: SiteChoiceProps) {
  const sites = useSites().data ?? NO_SITES;
  return (
    <fieldset className={settings.group}>
      <legend>On which sites</legend>
      <label className={settings.choice}>
        <input type="radio" name="sites" checked={chosen === null} onChange={() => onChange(null)} />
        <span>
          All <small>of which you are an admin</small>
        </span>
      </label>
      <label className={settings.choice}>
        <input type="radio" name="sites" checked={chosen !== null} onChange={() => onChange(chosen ?? [])} />
        Only some
      </label>
      {chosen !== null &&
        sites.map((site) => (
          <label key={site.id} className={settings.choice}>
            <input
              type="checkbox"
              checked={chosen.includes(site.id)}
              onChange={() => onChange(toggledIn(chosen, site.id))}
            />
            {site.name}
          </label>
        ))}
      {chosen?.length === 0 && <p className={settings.hint}>Choose one at least.</p>}
      {fault !== undefined && <p className={settings.fault}>{fault}</p>}
    </fieldset>
  );
}
