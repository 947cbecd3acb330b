/** Sessions as the API gives them. */

import type {
  Authorisation,
  Interruption,
  Mark,
  Point,
  Reading,
  RemoteStart,
  Session,
} from '@ocpp-logs/core';
import { conclusionBody as conclusion } from './conclusion-json.ts';
import type { Judged } from './judged.ts';
import { sessionName } from './question.ts';

export function summaryJson(judged: Judged): string {
  return JSON.stringify(summary(judged));
}

export function sessionJson(judged: Judged): string {
  return JSON.stringify({ ...summary(judged), ...detail(judged.session) });
}

function summary({ site, session, verdict, cut }: Judged): object {
  const { rule, severity, text, remedy, clause, evidence, times, also } = verdict;
  return {
    id: sessionName(site.id, session.id),
    entry_id: session.id,
    site_id: site.id,
    site_name: site.name,
    charger_id: session.charger,
    connector_id: session.connector,
    evse_connector_id: session.evseConnector,
    ocpp_version: session.version,
    transaction_id: session.transaction,
    id_tag: session.idTag,
    state: session.state,
    over: session.over,
    cut,
    from: iso(session.from),
    to: iso(session.to),
    started: isoOrNull(session.startedAt),
    stopped: isoOrNull(session.stoppedAt),
    duration_ms: session.durationMs,
    start_unseen: session.startUnseen,
    delivered_late: session.deliveredLate,
    stop_reason: session.stopReason,
    trigger_reason: session.triggerReason,
    meter_start: reading(session.meterStart),
    meter_stop: reading(session.meterStop),
    energy: {
      register_wh: session.energy.registerWh,
      integral_wh: session.energy.integralWh,
      tolerance_wh: session.energy.toleranceWh,
      agree: session.energy.agree,
    },
    power_max_w: session.powerMaxW,
    soc_start_percent: session.socStartPercent,
    soc_end_percent: session.socEndPercent,
    cost: session.cost,
    reuses: session.reuses === null ? null : sessionName(site.id, session.reuses),
    verdict: {
      ...conclusion({ rule, severity, text, remedy, clause, evidence, times }),
      also: also.map(conclusion),
    },
  };
}

function detail(session: Session): object {
  const { series } = session;
  return {
    start_authorisation: session.startAuthorisation,
    samples_factor: session.samplesFactor,
    seq_missing: session.seqMissing,
    interruptions: session.interruptions.map(interruption),
    marks: session.marks.map(mark),
    marks_left_out: session.marksLeftOut,
    series: {
      cut: series.cut,
      status: session.statuses.map(({ mark: at, status, errorCode, vendorErrorCode, info }) => ({
        ...moment(at),
        status,
        error_code: errorCode,
        vendor_error_code: vendorErrorCode,
        info,
      })),
      authorisation: session.authorisations.map(authorisation),
      remote_start: session.remoteStarts.map(remoteStart),
      transaction: session.marks.filter(({ role }) => TRANSACTION.includes(role)).map(mark),
      power_w: series.powerW.map(point),
      current_a: series.currentA.map(point),
      soc_percent: series.socPercent.map(point),
      energy_wh: series.energyWh.map(point),
      limit: series.limit.map(({ at, limitW, limitA, phases, entry }) => ({
        time: iso(at),
        limit_w: limitW,
        limit_a: limitA,
        phases,
        entry_id: entry,
      })),
      profiles: session.limits.map(({ mark: at, purpose, status }) => ({ ...moment(at), purpose, status })),
    },
  };
}

const TRANSACTION: readonly string[] = ['start', 'stop', 'remote_stop'];

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

function moment({ entry, at }: { readonly entry: string; readonly at: number }) {
  return { time: iso(at), entry_id: entry };
}

function mark({ role, action, word, ...at }: Mark): object {
  return { ...moment(at), role, action, word };
}

function point({ value, ...at }: Point): object {
  return { ...moment(at), value };
}

function reading(told: Reading | null): object | null {
  return told && { wh: told.wh, text: told.text, entry_id: told.entry };
}

function authorisation({ mark: at, idTag, status }: Authorisation): object {
  return { ...moment(at), id_tag: idTag, status };
}

function remoteStart({ mark: at, idTag, status, remoteStartId }: RemoteStart): object {
  return { ...moment(at), id_tag: idTag, status, remote_start_id: remoteStartId };
}

function interruption({ kind, until, ...at }: Interruption): object {
  return { ...moment(at), kind, until: isoOrNull(until) };
}
