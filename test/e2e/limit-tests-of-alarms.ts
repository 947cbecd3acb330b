/** The rows of alarms in the table of limit-tests.ts. */

import type { ReachedBound } from './limit-tests-of-requests.ts';

const CORE = 'packages/core/src/alarm';
const ALARMS = 'packages/server/src/alarms';
const API = 'packages/server/src/api/alarms.test.ts';
const CONTROL = 'packages/server/src/store/control';

export const ALARM_BOUNDS: readonly ReachedBound[] = [
  ['alarms', API, 'there are at most'],
  ['targets of one alarm', API, 'what is wrong is told by its name'],
  ['rule of an alarm', `${CORE}/parse.test.ts`, 'what cannot be understood is told'],
  [
    'firings of one alarm in a minute, by when it came true',
    `${CONTROL}/conformance/alarms.ts`,
    'an alarm is quiet for a while',
  ],
  ['firings that are kept', `${CONTROL}/alarm-table.test.ts`, 'of too many firings the oldest go'],
  [
    'firings that wait for control data that is away',
    `${ALARMS}/alarm-service.test.ts`,
    'while control data is away',
  ],
  ['changes that wait to be evaluated', `${ALARMS}/alarm-thread.test.ts`, 'of too many changes'],
  [
    'changes of other nodes that could not be read, of one site',
    `${ALARMS}/evaluation.test.ts`,
    'of too much of other nodes that cannot be read',
  ],
  [
    'As and Bs of one station that an alarm remembers',
    `${CORE}/followed-watch.test.ts`,
    'of too many that wait the oldest',
  ],
  [
    'As and Bs of all stations of a site that an alarm remembers',
    `${CORE}/followed-watch.test.ts`,
    'of too many that wait the oldest',
  ],
  [
    'stations of a site whose silence an alarm follows',
    `${CORE}/silent-watch.test.ts`,
    'so many stations are followed',
  ],
  [
    'what happened before a start and is read after it',
    `${ALARMS}/evaluation.test.ts`,
    'after a start no more than a day',
  ],
  [
    'answer of ClickHouse to a question of alarms',
    `${ALARMS}/in-time.test.ts`,
    'a question that hangs is given up, and none is asked',
  ],
  ['deliveries that wait', `${ALARMS}/deliveries.test.ts`, 'that wait further ones fail'],
  [
    'firings taken over from a node that is gone, at once',
    'test/postgres/alarm-tellers.test.ts',
    'what waits for a node that tells no more',
  ],
  [
    'until an alarm that nobody answers for any more tells nothing',
    `${ALARMS}/keepers.test.ts`,
    'while control data may be old',
  ],
  ['attempts of one delivery', `${ALARMS}/deliveries.test.ts`, 'what is not taken is tried again'],
  ['test notices in a minute', `${ALARMS}/test-notices.test.ts`, 'so many in a minute, whomever'],
  ['trials at once', `${ALARMS}/alarm-service.test.ts`, 'so many trials at once'],
  ['one trial', `${ALARMS}/trial.test.ts`, 'what is too much is looked at'],
  ['connections that follow the firings', API, 'so many connections of one key follow'],
];
