/** Calls the station: an action, its payload by a form or as JSON, and what the station answered. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { JsonText } from '../../api/client.ts';
import { useClient } from '../../api/context.ts';
import { ApiError } from '../../api/problem.ts';
import controls from '../../ui/control.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { type AnsweredCommand, readAnswer } from './command-answer.ts';
import styles from './command-dialog.module.css';
import { CommandOutcome } from './command-outcome.tsx';
import {
  type CommandForms,
  type Draft,
  emptyDraft,
  type FormSchema,
  grouped,
  membersOf,
  payloadText,
  readPayload,
} from './form-schema.ts';
import { SchemaMembers } from './schema-field.tsx';

export interface CommandDialogProps {
  readonly site: string;
  readonly charger: string;
  /** Of OCPP. */
  readonly version: string;
  readonly onClose: () => void;
}

const NO_FAULTS: ReadonlyMap<string, string> = new Map();
const ANYTHING: FormSchema = { type: 'object' };

type Sending =
  | { readonly state: 'idle' }
  | { readonly state: 'waiting'; readonly action: string }
  | { readonly state: 'answered'; readonly action: string; readonly answer: AnsweredCommand }
  | { readonly state: 'failed'; readonly error: Error };

export function CommandDialog({ site, charger, version, onClose }: CommandDialogProps) {
  const client = useClient();
  const queries = useQueryClient();
  const forms = useQuery({
    queryKey: ['commands', version],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => client.get<CommandForms>(`/commands/${encodeURIComponent(version)}`, { signal }),
  });
  const [action, setAction] = useState('');
  const [draft, setDraft] = useState<Draft>({});
  const [raw, setRaw] = useState<string | null>(null);
  const [sending, setSending] = useState<Sending>({ state: 'idle' });
  const leaving = useRef<AbortController | null>(null);
  const id = useId();
  useEffect(() => () => leaving.current?.abort(), []);

  const actions = forms.data?.actions ?? [];
  const schema = actions.find((each) => each.action === action)?.request ?? ANYTHING;
  const { common, others } = grouped(actions.map((each) => each.action));
  const payload = raw ?? payloadText(draft, schema);
  const readable = raw === null || readPayload(raw) !== null;
  const faults = sending.state === 'failed' ? faultsOf(sending.error) : NO_FAULTS;
  const choose = (next: string) => {
    setAction(next);
    setDraft(emptyDraft(actions.find((each) => each.action === next)?.request ?? ANYTHING));
    setRaw(raw === null ? null : '{}');
    setSending({ state: 'idle' });
  };
  const switchForm = () => {
    if (raw === null) setRaw(payload);
    else {
      const read = readPayload(raw);
      if (read !== null) setDraft(read);
      setRaw(null);
    }
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (action === '' || !readable || sending.state === 'waiting') return;
    const leave = new AbortController();
    leaving.current = leave;
    setSending({ state: 'waiting', action });
    try {
      const path = `/sites/${encodeURIComponent(site)}/chargers/${encodeURIComponent(charger)}/commands`;
      const body = new JsonText(`{"action":${JSON.stringify(action)},"payload":${payload}}`);
      const response = await client.respond('POST', path, { signal: leave.signal }, body);
      setSending({ state: 'answered', action, answer: readAnswer(await response.text()) });
      void queries.invalidateQueries({ queryKey: ['station', site, charger] });
      void queries.invalidateQueries({ queryKey: ['sequence', site, charger] });
    } catch (error) {
      if (leave.signal.aborted) setSending({ state: 'idle' });
      else setSending({ state: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
    }
  };
  const waiting = sending.state === 'waiting';
  return (
    <Dialog title={`Command to ${charger}`} onClose={onClose}>
      <form className={styles.form} onSubmit={(event) => void send(event)} noValidate>
        <div className={styles.field}>
          <label htmlFor={id}>
            Action <span className={styles.version}>OCPP {version}</span>
          </label>
          <select
            id={id}
            className={controls.field}
            value={action}
            disabled={waiting || !forms.isSuccess}
            onChange={({ target }) => choose(target.value)}
          >
            <option value="" disabled>
              {forms.isPending ? 'Loading the actions…' : 'Choose an action'}
            </option>
            <optgroup label="Common">
              {common.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </optgroup>
            <optgroup label="All others">
              {others.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </optgroup>
          </select>
          {forms.isError && (
            <p className={styles.fault}>The actions could not be loaded: {forms.error.message}</p>
          )}
        </div>
        {action !== '' && (
          <>
            <div className={styles.mode}>
              <h3>Payload</h3>
              <button
                type="button"
                className={`${controls.plain} ${controls.small}`}
                aria-pressed={raw !== null}
                disabled={!readable}
                onClick={switchForm}
              >
                {raw === null ? 'As JSON' : 'As a form'}
              </button>
            </div>
            {raw !== null ? (
              <RawPayload text={raw} wrong={!readable} onChange={setRaw} />
            ) : membersOf(schema).length === 0 ? (
              <p className={styles.hint}>This action has no fields.</p>
            ) : (
              <SchemaMembers
                schema={schema}
                value={draft}
                path="payload"
                label=""
                required
                faults={faults}
                onChange={setDraft}
              />
            )}
            <div className={styles.send}>
              <button
                type="submit"
                className={`${controls.button} ${controls.primary}`}
                disabled={waiting || !readable}
              >
                <Icon name="toStation" /> Send {action}
              </button>
              {waiting && (
                <>
                  <span role="status">Waiting for the station…</span>
                  <button
                    type="button"
                    className={`${controls.plain} ${controls.small}`}
                    onClick={() => leaving.current?.abort()}
                  >
                    Stop waiting
                  </button>
                </>
              )}
            </div>
          </>
        )}
        {sending.state === 'failed' && <Refused error={sending.error} faults={faults} form={raw === null} />}
        {sending.state === 'answered' && (
          <CommandOutcome site={site} charger={charger} action={sending.action} answer={sending.answer} />
        )}
      </form>
    </Dialog>
  );
}

function faultsOf(error: Error): ReadonlyMap<string, string> {
  if (!(error instanceof ApiError)) return NO_FAULTS;
  return new Map(error.problem.errors.map(({ parameter, message }) => [parameter, message]));
}

interface RawPayloadProps {
  readonly text: string;
  readonly wrong: boolean;
  readonly onChange: (text: string) => void;
}

function RawPayload({ text, wrong, onChange }: RawPayloadProps) {
  const id = useId();
  return (
    <>
      <textarea
        className={`${controls.field} ${styles.raw}`}
        rows={10}
        spellCheck={false}
        aria-label="Payload as JSON"
        aria-invalid={wrong}
        aria-describedby={wrong ? id : undefined}
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
      {wrong && (
        <p id={id} className={styles.fault}>
          This is no JSON object.
        </p>
      )}
    </>
  );
}

interface RefusedProps {
  readonly error: Error;
  readonly faults: ReadonlyMap<string, string>;
  readonly form: boolean;
}

function Refused({ error, faults, form }: RefusedProps) {
  const told = error instanceof ApiError ? error.problem.title : 'The call was not sent';
  return (
    <div className={styles.refused} role="alert">
      <strong>Nothing was sent.</strong>{' '}
      {form && faults.size > 0 ? 'What is wrong is marked above:' : `${told}. ${error.message}`}
      {faults.size > 0 && (
        <ul>
          {[...faults].map(([path, message]) => (
            <li key={path}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
