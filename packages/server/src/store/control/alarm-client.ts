/** `Alarms` on the server's own thread. */

import type { Alarms } from '../alarms.ts';
import type { CallClient } from '../rpc.ts';
import type { ControlMethods } from './worker.ts';

export function alarmsClient(calls: CallClient<ControlMethods>): Alarms {
  return {
    put: (alarm) => calls.call('putAlarm', [alarm]),
    addReady: (alarms) => calls.call('addReadyAlarms', [alarms]),
    remove: (id) => calls.call('removeAlarm', [id]),
    progress: () => calls.call('alarmProgress', []),
    evaluated: (alarms, through) => calls.call('alarmsEvaluated', [alarms, through]),
    fire: (firings) => calls.call('fireAlarms', [firings]),
    firings: (query) => calls.call('alarmFirings', [query]),
    delivered: (n, deliveries) => calls.call('alarmDelivered', [n, deliveries]),
    undelivered: (node) => calls.call('undeliveredAlarms', [node]),
  };
}
