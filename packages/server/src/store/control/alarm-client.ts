/** `Alarms` on the server's own thread. */

import type { Alarms } from '../alarms.ts';
import type { CallClient } from '../rpc.ts';
import type { ControlMethods } from './worker.ts';

export function alarmsClient(calls: CallClient<ControlMethods>): Alarms {
  return {
    put: (alarm) => calls.call('putAlarm', [alarm]),
    change: (...of) => calls.call('changeAlarm', of),
    addReady: (alarms) => calls.call('addReadyAlarms', [alarms]),
    remove: (...of) => calls.call('removeAlarm', of),
    progress: () => calls.call('alarmProgress', []),
    evaluated: (...of) => calls.call('alarmsEvaluated', of),
    reached: (node) => calls.call('alarmsReached', [node]),
    fire: (firings) => calls.call('fireAlarms', [firings]),
    firings: (query) => calls.call('alarmFirings', [query]),
    numberOf: (firing) => calls.call('alarmFiringNumber', [firing]),
    lose: (lost) => calls.call('loseAlarmKeeper', [lost]),
    delivered: (...of) => calls.call('alarmDelivered', of),
    undelivered: (node) => calls.call('undeliveredAlarms', [node]),
    takeOver: (...of) => calls.call('takeAlarmsOver', of),
    toldThrough: () => calls.call('alarmsToldThrough', []),
  };
}
