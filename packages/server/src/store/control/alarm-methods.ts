/** What the control thread does for alarms; `tell` after a change of the alarms themselves. */

import type { AlarmRead, AlarmRecord, FiringsQuery, KeeperLost, NewFiring } from '../alarms.ts';
import type { AlarmStore } from '../control-store.ts';

export function alarmMethods(alarms: AlarmStore, tell: () => Promise<void>) {
  return {
    putAlarm: async (alarm: AlarmRecord) => {
      await alarms.put(alarm);
      await tell();
    },
    /** Told in any case: whoever was refused goes on with what is there. */
    changeAlarm: async (alarm: AlarmRecord, read: AlarmRead) => {
      const written = await alarms.change(alarm, read);
      await tell();
      return written;
    },
    addReadyAlarms: async (ready: readonly AlarmRecord[]) => {
      await alarms.addReady(ready);
      await tell();
    },
    /** Told in any case, too. */
    removeAlarm: async (...of: Parameters<AlarmStore['remove']>) => {
      const known = await alarms.remove(...of);
      await tell();
      return known;
    },
    alarmProgress: () => alarms.progress(),
    alarmsEvaluated: (...of: Parameters<AlarmStore['evaluated']>) => alarms.evaluated(...of),
    alarmsReached: (node: string) => alarms.reached(node),
    fireAlarms: (firings: readonly NewFiring[]) => alarms.fire(firings),
    alarmFirings: (query: FiringsQuery) => alarms.firings(query),
    alarmFiringNumber: (firing: string) => alarms.numberOf(firing),
    loseAlarmKeeper: async (lost: KeeperLost) => {
      const dropped = await alarms.lose(lost);
      await tell();
      return dropped;
    },
    alarmDelivered: (...of: Parameters<AlarmStore['delivered']>) => alarms.delivered(...of),
    undeliveredAlarms: (node: string) => alarms.undelivered(node),
    takeAlarmsOver: (...of: Parameters<AlarmStore['takeOver']>) => alarms.takeOver(...of),
    alarmsToldThrough: () => alarms.toldThrough(),
  };
}
