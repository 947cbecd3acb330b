/** Parts of logs of which the cases of rules are made. */

import type { JsonObject } from '../message.ts';
import { exchange, status, time } from '../session/case.ts';
import type { SeenEntry } from '../session/seen.ts';

export interface RuleCase {
  readonly seen: readonly SeenEntry[];
  readonly nearly: readonly SeenEntry[];
}

export const HOUR = 3600;
export const beat = (seconds: number) => exchange(seconds, 'Heartbeat', {});
export const free = (seconds: number) => status(seconds, 1, 'Available');
export const boot = (seconds: number, answered = 'Accepted', interval = 300) =>
  exchange(
    seconds,
    'BootNotification',
    { chargePointVendor: 'V', chargePointModel: 'M' },
    { status: answered, interval, currentTime: time(seconds) },
  );
export const repeat = <T = SeenEntry>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));
export const profile = (answered: string, connectorId = 1) =>
  exchange(
    5,
    'SetChargingProfile',
    {
      connectorId,
      csChargingProfiles: {
        chargingProfilePurpose: 'TxProfile',
        chargingSchedule: { chargingRateUnit: 'A' },
      },
    },
    { status: answered },
  );
export const drifting = (by: number) =>
  repeat(5, (at) =>
    exchange(at * 60, 'StatusNotification', {
      connectorId: 1,
      status: 'Available',
      errorCode: 'NoError',
      timestamp: time(at * 60 + by),
    }),
  );
export const remoteStopped = (seconds: number, answered: string) =>
  exchange(seconds, 'RemoteStopTransaction', { transactionId: 7 }, { status: answered });

export const trigger = (
  seconds: number,
  requestedMessage: string,
  status = 'Accepted',
  more: JsonObject = {},
) => exchange(seconds, 'TriggerMessage', { requestedMessage, ...more }, { status });

/** An answer to no call. */
export const orphan = (seconds: number, call: JsonObject, more: Partial<SeenEntry> = {}): SeenEntry => ({
  ...exchange(seconds, 'Heartbeat', {}, null),
  kind: 'orphan',
  action: null,
  outcome: null,
  direction: 'csms_to_station',
  call,
  ...more,
});

/** A NotifyEvent of one component, of EVSE 1 unless said. */
export const notified = (
  seconds: number,
  component: string,
  variable: string,
  actualValue: string,
  more: JsonObject = {},
  evse: JsonObject | null = { id: 1, connectorId: 1 },
) =>
  exchange(
    seconds,
    'NotifyEvent',
    {
      generatedAt: time(seconds),
      seqNo: 0,
      eventData: [
        {
          eventId: seconds,
          timestamp: time(seconds),
          trigger: 'Alerting',
          actualValue,
          eventNotificationType: 'HardWiredNotification',
          component: { name: component, ...(evse === null ? {} : { evse }) },
          variable: { name: variable },
          ...more,
        },
      ],
    },
    {},
    { version: '2.0.1' },
  );
