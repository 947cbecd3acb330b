/** Alarms that come with every server, switched on and without anybody they tell: the dashboard shows them. */

import type { AlarmRecord } from '../store/alarms.ts';

const READY = {
  sites: null,
  enabled: true,
  targets: [],
  ready: true,
  changedBy: null,
  lost: null,
  lostThrough: 0,
} as const;

export function readyAlarms(now: number): readonly AlarmRecord[] {
  const times = { created: now, changed: now };
  return [
    {
      ...READY,
      ...times,
      id: 'alarm_silent',
      name: 'Station silent for 15 minutes',
      rule: 'SILENT 15min',
      quietMinutes: 0,
    },
    {
      ...READY,
      ...times,
      id: 'alarm_faulted',
      name: 'Connector Faulted',
      rule: 'action:StatusNotification status:Faulted',
      quietMinutes: 15,
    },
  ];
}
