/** Alarms for tests of routes. */

import { UpstreamRule } from '../auth/upstream-rule.ts';
import type { Api } from './api.ts';

/** Tells nothing and tries nothing, unless it is given something that does. */
export function alarms(change: Partial<Api['alarms']> = {}): Api['alarms'] {
  return {
    hosts: new UpstreamRule([], 'alarms.allow'),
    tryAlarm: () => Promise.reject(new Error('no alarm is tried here')),
    testTarget: () => Promise.reject(new Error('no target is tried here')),
    listen: () => () => undefined,
    lostKeeper: ({ lost }) => lost,
    settleKeeper: async () => undefined,
    ...change,
  };
}
