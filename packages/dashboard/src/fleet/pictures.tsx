/** Small pictures beside the numbers that say the same: none of them is all that tells. */

import { logShare } from '../station/log-share.ts';
import { spanText } from '../time/instant-text.ts';
import styles from './fleet.module.css';
import type { AnswersBody, DailyBody, ShareBody } from './fleet-answers.ts';
import { percentText, UNKNOWN } from './fleet-words.ts';

const DAY_MS = 86_400_000;
const HEIGHT = 16;

export interface UptimeStripProps {
  readonly daily: readonly DailyBody[];
  /** ISO 8601: whole UTC days. */
  readonly from: string;
  readonly to: string;
}

/** A bar for each day, as high as its uptime, on a ground that shows what is missing; nothing where nobody watched. */
export function UptimeStrip({ daily, from, to }: UptimeStripProps) {
  const start = Date.parse(from);
  const days = Math.max(1, Math.ceil((Date.parse(to) - start) / DAY_MS));
  return (
    <svg
      className={styles.strip}
      viewBox={`0 0 ${days} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect y={HEIGHT - 1} width={days} height="1" className={styles.ground} />
      {daily.flatMap(({ day, uptime }) => {
        if (uptime === null) return [];
        const place = Math.round((Date.parse(day) - start) / DAY_MS);
        const up = uptime * HEIGHT;
        return [
          <rect key={`${day} down`} x={place} width="0.8" height={HEIGHT - up} className={styles.down} />,
          <rect key={day} x={place} y={HEIGHT - up} width="0.8" height={up} className={styles.up} />,
        ];
      })}
    </svg>
  );
}

/** The share as a mark, on the line of its interval, from nothing to all. */
export function ShareMark({ share, low, high }: ShareBody) {
  if (share === null || low === null || high === null) return null;
  return (
    <svg
      className={styles.interval}
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect y="3.500" width="100" height="1" className={styles.ground} />
      <rect x={low * 100} y="2" width={Math.max(1, (high - low) * 100)} height="4" className={styles.span} />
      <rect x={Math.min(98, share * 100)} width="2" height="8" className={styles.point} />
    </svg>
  );
}

export interface AnswerTimeProps {
  readonly answers: AnswersBody;
  /** ms: the longest of the table. */
  readonly most: number;
}

export function AnswerTime({ answers: { p50_ms: p50, p95_ms: p95, unanswered }, most }: AnswerTimeProps) {
  if (p50 === null || p95 === null) return <span className={styles.unknown}>{UNKNOWN}</span>;
  return (
    <>
      <span className={styles.value}>
        {spanText(p50)}, {spanText(p95)}
      </span>
      {unanswered !== null && unanswered > 0 && (
        <span className={styles.fine}>{unanswered.toLocaleString('en')} unanswered</span>
      )}
      <svg
        className={styles.interval}
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
      >
        <rect y="2" width={logShare(p95, most) * 100} height="4" className={styles.span} />
        <rect y="2" width={logShare(p50, most) * 100} height="4" className={styles.point} />
      </svg>
    </>
  );
}

/** Of all stations, as a bar. */
export function PartBar({ share }: { readonly share: number | null }) {
  return (
    <>
      <span className={styles.value}>{percentText(share)}</span>
      <svg
        className={styles.interval}
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
      >
        <rect y="2" width={(share ?? 0) * 100} height="4" className={styles.point} />
      </svg>
    </>
  );
}
