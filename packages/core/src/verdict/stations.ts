/** What rules look for in the log of a station: heartbeats, statuses, clocks, registers. */

import type { JsonObject } from '../message.ts';
import type { SeenEntry } from '../session/seen.ts';
import { answeredStatus, numberIn, objectIn, objectsIn, textIn, timeIn } from '../session/told.ts';
import { quantile } from '../station/quantile.ts';
import { saidOf } from './attempts.ts';
import { faultedPlace } from './components.ts';
import { isUp } from './exchanges.ts';
import type { Sighting, Watch } from './rule.ts';
import { Tally } from './tally.ts';
import { energyText, spanText } from './words.ts';

const once = (sighting: Sighting | null): readonly Sighting[] => (sighting === null ? [] : [sighting]);

/** A station may leave out heartbeats while it sends something else: OCPP 1.6 4.6. */
const HEARTBEAT_FACTOR = 2;
const HEARTBEAT_GRACE_MS = 60_000;
const GAPS_LEAST = 3;
/** A log with fewer may have been kept without them. */
const HEARTBEATS_LEAST = 3;
const BEATS_LEAST = 5;
const BEATS_MAX = 500;

export function heartbeats(wanted: 'missing' | 'off'): Watch {
  const gaps = new Tally();
  const beats: number[] = [];
  let firstBeat: SeenEntry | null = null;
  let intervalMs: number | null = null;
  let last: SeenEntry | null = null;
  let longest = 0;
  let heartbeatsSeen = 0;
  /** At the last silence: what was set since then nobody kept it to. */
  let told = '';
  const forget = () => {
    last = null;
  };
  return {
    see(entry) {
      if (entry.kind === 'connection' || entry.kind === 'gap') forget();
      const changed = heartbeatInterval(entry);
      if (changed !== undefined) {
        intervalMs = changed;
        beats.length = 0;
        forget();
      }
      if (!isUp(entry)) return;
      if (entry.action === 'Heartbeat') heartbeatsSeen += 1;
      if (last !== null && intervalMs !== null) {
        const silence = entry.at - last.at;
        if (silence > intervalMs * HEARTBEAT_FACTOR + HEARTBEAT_GRACE_MS) {
          gaps.add(entry, entry.action ?? '');
          longest = Math.max(longest, silence);
          told = spanText(intervalMs);
        }
        const beat = last.action === 'Heartbeat' && entry.action === 'Heartbeat';
        if (beat && beats.length < BEATS_MAX) beats.push(silence);
        if (beat) firstBeat ??= last;
      }
      last = entry;
    },
    end() {
      if (wanted === 'missing') {
        const few = gaps.count < GAPS_LEAST || heartbeatsSeen < HEARTBEATS_LEAST;
        return once(few ? null : gaps.sighting({ told, longest: spanText(longest) }));
      }
      const median = quantile(
        beats.toSorted((a, b) => a - b),
        0.5,
      );
      if (median === null || intervalMs === null || beats.length < BEATS_LEAST || firstBeat === null)
        return [];
      if (median >= intervalMs / 2 && median <= intervalMs * 1.5) return [];
      const tally = new Tally();
      tally.add(firstBeat);
      return [tally.sighting({ told: spanText(intervalMs), found: spanText(median) })];
    },
  };
}

/** ms; null where it was changed to something unknown; undefined where it was not changed. */
function heartbeatInterval({ action, call, answer }: SeenEntry): number | null | undefined {
  const status = answeredStatus(answer);
  if (action === 'BootNotification' && status === 'Accepted') {
    const seconds = numberIn(answer, 'interval');
    return seconds === null || seconds <= 0 ? null : seconds * 1_000;
  }
  if (action === 'SetVariables') return intervalSet(call, answer);
  if (action !== 'ChangeConfiguration' || !isInterval(textIn(call, 'key'))) return undefined;
  return taken(status, numberIn(call, 'value'));
}

/** Names are case-insensitive, in all versions. */
const isInterval = (name: string | null) => name?.toLowerCase() === 'heartbeatinterval';

/** What a station refuses leaves it as it was; one that did not answer may have taken it. */
function taken(status: string | null, seconds: number | null): number | null | undefined {
  if (status !== null && status !== 'Accepted') return undefined;
  return status !== null && seconds !== null && seconds > 0 ? seconds * 1_000 : null;
}

/** OCPP 2.x: a variable of OCPPCommCtrlr, which may be set with any others. */
function intervalSet(call: JsonObject, answer: JsonObject | null): number | null | undefined {
  const named = (data: JsonObject) => isInterval(textIn(objectIn(data, 'variable'), 'name'));
  const set = objectsIn(call, 'setVariableData').findLast(named);
  if (set === undefined) return undefined;
  const result = objectsIn(answer, 'setVariableResult').findLast(named) ?? null;
  return taken(textIn(result, 'attributeStatus'), numberIn(set, 'attributeValue'));
}

/** Of which status may follow on which: the table in OCPP 1.6 4.9. */
const MAY_FOLLOW: Readonly<Record<string, string>> = {
  Available: 'Preparing Charging SuspendedEV SuspendedEVSE Reserved Unavailable Faulted',
  Preparing: 'Available Charging SuspendedEV SuspendedEVSE Finishing Faulted',
  Charging: 'Available SuspendedEV SuspendedEVSE Finishing Unavailable Faulted',
  SuspendedEV: 'Available Charging SuspendedEVSE Finishing Unavailable Faulted',
  SuspendedEVSE: 'Available Charging SuspendedEV Finishing Unavailable Faulted',
  Finishing: 'Available Preparing Unavailable Faulted',
  Reserved: 'Available Preparing Unavailable Faulted',
};
const CONNECTORS_MAX = 100;

export function statusJumps(): Watch {
  const tally = new Tally();
  const before = new Map<number, { readonly status: string; readonly entry: SeenEntry }>();
  return {
    see(entry) {
      // What was reported meanwhile may have been lost.
      if (entry.kind === 'connection' || entry.kind === 'gap' || entry.action === 'BootNotification')
        before.clear();
      const { connector_id: connector, request_status: status } = entry.fields;
      if (entry.action !== 'StatusNotification' || entry.version !== '1.6') return;
      if (typeof connector !== 'number' || connector < 1 || typeof status !== 'string') return;
      const was = before.get(connector);
      const allowed = was === undefined ? undefined : MAY_FOLLOW[was.status];
      const known = status in MAY_FOLLOW;
      if (
        was !== undefined &&
        known &&
        was.status !== status &&
        allowed?.split(' ').includes(status) === false
      ) {
        tally.add(entry, `from ${was.status} to ${status}`);
      }
      if (before.size < CONNECTORS_MAX || before.has(connector)) before.set(connector, { status, entry });
    },
    end: () => once(tally.count > 0 ? tally.sighting() : null),
  };
}

/** Connector and error code, and what the manufacturer says of it. */
export function faulted(entry: SeenEntry): string | null {
  const { action, fields } = entry;
  if (action === 'NotifyEvent') return faultedPlace(entry);
  const { connector_id: connector, request_status: status, request_error_code: code } = fields;
  if (action !== 'StatusNotification' || status !== 'Faulted') return null;
  const text = (word: unknown) => (typeof word === 'string' ? word : null);
  const more = saidOf({
    vendorErrorCode: text(fields.request_vendor_error_code),
    info: text(fields.request_info),
  });
  const error = `${typeof code === 'string' ? code : 'Faulted'}${more === '' ? '' : ` (${more})`}`;
  return `${error} at ${connector === 0 ? 'the station' : `connector ${connector ?? '?'}`}`;
}

const DRIFT_MS = 60_000;
const DRIFT_SAMPLES = 5;
const SAMPLES_MAX = 1_000;

/** By the times of its StatusNotifications, which are told when they happen. */
export function clockDrift(): Watch {
  const offs: number[] = [];
  const times = new Set<number>();
  const tally = new Tally();
  return {
    see(entry) {
      if (entry.action !== 'StatusNotification') return;
      const told = timeIn(entry.call, 'timestamp');
      if (told === null || offs.length >= SAMPLES_MAX) return;
      offs.push(told - entry.at);
      times.add(entry.at);
      if (Math.abs(told - entry.at) > DRIFT_MS) tally.add(entry);
    },
    end() {
      const median = quantile(
        offs.toSorted((a, b) => a - b),
        0.5,
      );
      // A log that bears one time for all tells nothing of clocks.
      if (median === null || offs.length < DRIFT_SAMPLES || times.size < DRIFT_SAMPLES) return [];
      if (Math.abs(median) <= DRIFT_MS) return [];
      const way = median > 0 ? 'ahead of' : 'behind';
      return [{ ...tally.sighting({ span: spanText(median), way }), times: 1 }];
    },
  };
}

const TRANSACTIONS_MAX = 1_000;

/** The register of a connector at a start, below that at the stop before. */
export function registerFallsBetween(): Watch {
  const tally = new Tally();
  const connectorOf = new Map<string, number>();
  const stopped = new Map<number, number>();
  let [least, most] = [0, 0];
  return {
    see({ action, call, fields, ...rest }) {
      const transaction = fields.transaction_id;
      if (action === 'StartTransaction') {
        const connector = numberIn(call, 'connectorId');
        const meterStart = numberIn(call, 'meterStart');
        if (connector === null || meterStart === null) return;
        const before = stopped.get(connector);
        // Registers that begin anew at 0 with each transaction are no register of the meter, and fall each time.
        if (before !== undefined && meterStart > 0 && meterStart < before - 1) {
          if (tally.count === 0) [least, most] = [meterStart, before];
          tally.add({ action, call, fields, ...rest });
        }
        stopped.delete(connector);
        if (typeof transaction === 'string' && connectorOf.size < TRANSACTIONS_MAX)
          connectorOf.set(transaction, connector);
      } else if (action === 'StopTransaction' && typeof transaction === 'string') {
        const connector = connectorOf.get(transaction);
        const meterStop = numberIn(call, 'meterStop');
        if (connector !== undefined && meterStop !== null) stopped.set(connector, meterStop);
        connectorOf.delete(transaction);
      }
    },
    end: () =>
      once(tally.count > 0 ? tally.sighting({ from: energyText(most), to: energyText(least) }) : null),
  };
}
