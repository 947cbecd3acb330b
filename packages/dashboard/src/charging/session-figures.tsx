/** The numbers of a session, and whether what was counted agrees with what was measured. */

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import panels from '../station/panels.module.css';
import { timeText } from '../time/zone.ts';
import { shownText } from '../ui/shown-text.ts';
import { energyText, lastedText, numberText, powerText } from './quantity-text.ts';
import type { RegisterBody, SessionBody } from './session-answers.ts';
import styles from './session-page.module.css';
import { durationText, sessionEnergy, stateText } from './verdict-words.ts';

export interface FiguresProps {
  readonly session: SessionBody;
  readonly zone: string;
  readonly entry: (id: string) => string;
}

export function Figures({ session, zone }: FiguresProps) {
  const time = (text: string | null) => (text === null ? null : timeText(Date.parse(text), zone));
  const { soc_start_percent: first, soc_end_percent: last, power_max_w: most } = session;
  const facts = [
    ['Energy', sessionEnergy(session)],
    ['Duration', durationText(session)],
    ['State', stateText(session)],
    ['Highest power', most === null ? null : powerText(most)],
    [
      'State of charge',
      first === null || last === null ? null : `${numberText(first)} to ${numberText(last)} %`,
    ],
    ['Card', session.id_tag],
    ['Transaction', session.transaction_id],
    ['Started', time(session.started)],
    ['Stopped', time(session.stopped)],
    ['Last trigger', session.trigger_reason],
    ['Cost', session.cost === null ? null : `${session.cost} (currency of the station)`],
    ['OCPP', session.ocpp_version],
  ] as const;
  return (
    <dl className={panels.identity}>
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{shownText(value)}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function EnergyFacts({ session, entry }: Pick<FiguresProps, 'session' | 'entry'>) {
  const { energy, meter_start: first, meter_stop: last } = session;
  const { register_wh: register, integral_wh: integral, tolerance_wh: tolerance, agree } = energy;
  if (first === null && last === null && integral === null) {
    return <p className={panels.none}>Nothing was told of energy.</p>;
  }
  return (
    <dl className={styles.pairs}>
      <Row name="Register at the start">
        <Register register={first} entry={entry} />
      </Row>
      <Row name="Register at the end">
        <Register register={last} entry={entry} />
      </Row>
      <Row name="Energy by register">{register === null ? 'unknown' : energyText(register)}</Row>
      <Row name="Energy by power over time">
        {integral === null ? 'unknown: power was not told often enough' : energyText(integral)}
      </Row>
      <Row name="Do both agree?">
        {agree === null ? (
          'only one is known'
        ) : (
          <strong className={agree ? panels.good : panels.bad}>
            {agree ? '✓ Yes' : '✕ No'}
            {tolerance !== null && `, they may differ by ${energyText(tolerance)}`}
          </strong>
        )}
      </Row>
    </dl>
  );
}

interface RegisterProps {
  readonly register: RegisterBody | null;
  readonly entry: (id: string) => string;
}

/** As it was written, since it is billed by it, and as it is read. */
function Register({ register, entry }: RegisterProps) {
  if (register === null) return 'not told';
  return (
    <>
      <Link href={entry(register.entry_id)}>{shownText(register.text)}</Link> ({energyText(register.wh)})
    </>
  );
}

export function AuthorisationFacts({ session, zone, entry }: FiguresProps) {
  const { series, start_authorisation: started } = session;
  const cards = [
    ...series.authorisation.map((each) => ({ ...each, how: 'Card' })),
    ...series.remote_start.map((each) => ({ ...each, how: 'Remote start' })),
  ].sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  if (cards.length === 0 && started === null) {
    return <p className={panels.none}>Neither a card nor a remote start was seen.</p>;
  }
  return (
    <dl className={styles.pairs}>
      {cards.map(({ how, time, entry_id: id, id_tag: tag, status }) => (
        <Row key={id} name={`${how}${tag === null ? '' : ` ${shownText(tag)}`}`}>
          <Link href={entry(id)}>
            {timeText(Date.parse(time), zone)} <strong>{shownText(status ?? 'no answer')}</strong>
          </Link>
        </Row>
      ))}
      {started !== null && <Row name="In the answer to the start">{shownText(started)}</Row>}
    </dl>
  );
}

export function LimitFacts({ session, zone, entry }: FiguresProps) {
  const { profiles, limit } = session.series;
  const held = limit.filter(({ limit_w: watts, limit_a: amps }) => watts !== null || amps !== null);
  if (profiles.length === 0 && held.length === 0) {
    return <p className={panels.none}>No limit was set by a charging profile, as far as was recorded.</p>;
  }
  return (
    <dl className={styles.pairs}>
      {profiles.map(({ time, entry_id: id, purpose, status }) => (
        <Row key={id} name={`Profile${purpose === null ? '' : `, ${shownText(purpose)}`}`}>
          <Link href={entry(id)}>
            {timeText(Date.parse(time), zone)} <strong>{shownText(status ?? 'no answer')}</strong>
          </Link>
        </Row>
      ))}
      {held.slice(0, LIMITS_MAX).map(({ time, limit_w: watts, limit_a: amps, phases }) => (
        <Row key={time} name={`From ${timeText(Date.parse(time), zone)} on`}>
          {[
            watts === null ? null : powerText(watts),
            amps === null
              ? null
              : `${numberText(amps)} A a phase${phases === null ? '' : `, ${phases} phases`}`,
          ]
            .filter((part) => part !== null)
            .join(' and ')}
        </Row>
      ))}
      {held.length > LIMITS_MAX && <Row name="Further steps">{held.length - LIMITS_MAX}</Row>}
    </dl>
  );
}

const LIMITS_MAX = 24;

export function StationFacts({ session, zone, entry }: FiguresProps) {
  const { interruptions } = session;
  if (interruptions.length === 0) {
    return <p className={panels.none}>It neither booted nor lost its connection, as far as was recorded.</p>;
  }
  const lost = interruptions.filter(({ kind }) => kind === 'connection');
  const away = lost.reduce(
    (sum, { time, until }) => sum + Date.parse(until ?? session.to) - Date.parse(time),
    0,
  );
  return (
    <dl className={styles.pairs}>
      {lost.length > 1 && (
        <Row name="Without a connection">
          {lastedText(away)} in {lost.length} times
        </Row>
      )}
      {interruptions.map(({ kind, time, entry_id: id, until }) => (
        <Row key={id} name={kind === 'boot' ? 'Boot' : 'Connection lost'}>
          <Link href={entry(id)}>{timeText(Date.parse(time), zone)}</Link>
          {kind === 'connection' &&
            (until === null
              ? ', not back since'
              : `, for ${lastedText(Date.parse(until) - Date.parse(time))}`)}
        </Row>
      ))}
    </dl>
  );
}
