/** What the station says it is, and the short facts of the range: clocks and findings. */

import { FINDINGS } from '@ocpp-logs/core';
import { Link } from 'wouter';
import { timeText } from '../time/zone.ts';
import { Icon } from '../ui/icon.tsx';
import { agoText } from './ago-text.ts';
import styles from './panels.module.css';
import { skewWords } from './skew-text.ts';
import type { SkewBody, StationBody } from './station-answers.ts';

/** Of which nothing is said where there is nothing to say. */
const OPTIONAL: ReadonlySet<string> = new Set(['SIM', 'Connected since']);

export function Identity({ station, zone }: { readonly station: StationBody; readonly zone: string }) {
  const time = (text: string | null) => (text === null ? null : timeText(Date.parse(text), zone));
  const facts = [
    ['Vendor', station.vendor],
    ['Model', station.model],
    ['Serial number', station.serial],
    ['Firmware', station.firmware],
    ['Protocol', station.protocol],
    ['Connected since', time(station.connected_since)],
    ['SIM', station.iccid],
    ['Last boot', time(station.booted)],
    ['First seen', time(station.first_seen)],
    ['Last seen', time(station.last_seen)],
  ] as const;
  return (
    <dl className={styles.identity}>
      {facts.map(([name, value]) =>
        value === null && OPTIONAL.has(name) ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? <span className={styles.muted}>not told</span>}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

export function ConnectionNow({ station, now }: { readonly station: StationBody; readonly now: number }) {
  const { connected, connected_since: since, last_seen: seen } = station;
  const at = connected ? since : seen;
  const long = at === null ? null : agoText(now - Date.parse(at));
  return (
    <p className={connected ? styles.connected : styles.disconnected}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {connected ? (
          <circle cx="6" cy="6" r="5" fill="currentColor" />
        ) : (
          <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="2" />
        )}
      </svg>
      <strong>{connected ? 'Connected' : 'Not connected'}</strong>
      {long !== null && <span>{connected ? `for ${long}` : `last seen ${long} ago`}</span>}
    </p>
  );
}

export function Clocks({ skew }: { readonly skew: StationBody['clock_skew'] }) {
  return (
    <dl className={styles.clocks}>
      <Clock name="Station" of="its times in StatusNotification" skew={skew.station} />
      <Clock name="CSMS" of="its times in answers to Heartbeat and BootNotification" skew={skew.csms} />
    </dl>
  );
}

interface ClockProps {
  readonly name: string;
  readonly of: string;
  readonly skew: SkewBody | null;
}

function Clock({ name, of, skew }: ClockProps) {
  const words = skew === null ? null : skewWords(skew);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {words === null ? (
          <span className={styles.muted}>Unknown: nothing in this time tells</span>
        ) : (
          <>
            <strong className={words.far ? styles.slow : undefined}>
              {words.far && <Icon name="alert" size={13} />} {words.text}
            </strong>
            <span className={styles.muted}>{words.detail}</span>
          </>
        )}
        <span className={styles.fine}>{of}, against the recorder's clock</span>
      </dd>
    </div>
  );
}

export interface FindingsProps {
  readonly findings: StationBody['findings'];
  readonly logs: (q: string) => string;
}

const SEVERITY = { violates: 'Violates OCPP', unusual: 'Unusual', info: 'For information' } as const;

export function Findings({ findings, logs }: FindingsProps) {
  if (findings.length === 0) return <p className={styles.none}>Nothing remarkable in this time.</p>;
  return (
    <ul className={styles.findings}>
      {findings.map(({ code, count }) => {
        const known = Object.hasOwn(FINDINGS, code)
          ? // Safe: it is a key of the table.
            FINDINGS[code as keyof typeof FINDINGS]
          : null;
        return (
          <li key={code}>
            <Link href={logs(`finding:${code}`)}>{code}</Link>
            <span className={styles.count}>{count.toLocaleString('en')}</span>
            {known !== null && (
              <p>
                <span className={styles[known.severity]}>{SEVERITY[known.severity]}.</span> {known.text}
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
