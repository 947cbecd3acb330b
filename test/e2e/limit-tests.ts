/** Which test reaches which bound of docs/limits.md: its row, the file of the test, and how the test begins or what its name holds. */

import { ALARM_BOUNDS } from './limit-tests-of-alarms.ts';
import { REQUESTS, REST, type ReachedBound } from './limit-tests-of-requests.ts';

const SERVER = 'packages/server/src';
const CAPTURE = `${SERVER}/capture`;
const RELAY = `${CAPTURE}/relay`;
const CSMS = `${CAPTURE}/csms`;
const RECORDER = `${CAPTURE}/recorder`;
const API = `${SERVER}/api`;
const AUTH = `${SERVER}/auth`;
const STORE = `${SERVER}/store`;
const CONTROL = `${STORE}/control`;

const STATIONS: readonly ReachedBound[] = [
  [
    'stations connected at once',
    `${CAPTURE}/upgrade.test.ts`,
    'while as many stations are connected as may be',
  ],
  ['sockets of stations and their CSMSs', `${CAPTURE}/upgrade.test.ts`, 'of files that may be open'],
  ['stations of one site', `${CAPTURE}/upgrade.test.ts`, 'of one site is 503'],
  [
    'connections begun from one address in a minute',
    `${CAPTURE}/upgrade.test.ts`,
    'of one address in a minute',
  ],
  [
    'refused connections of one site that become entries, in a minute',
    'test/e2e/limits.test.ts',
    'strangers fill neither the log nor the list',
  ],
  [
    'reason of a refusal, and the foreign name in it',
    `${CAPTURE}/sparing-refusals.test.ts`,
    'a reason is kept with two hundred',
  ],
  [
    'connections over HTTP, and those on which nothing was asked yet',
    `${CAPTURE}/http-sockets.test.ts`,
    'where there is no room',
  ],
  ['of them those from one address', `${CAPTURE}/http-sockets.test.ts`, 'one address has three quarters'],
  [
    'time until the head of a request is there, or a TLS handshake is through',
    `${API}/hostile.test.ts`,
    'a request whose head does not come is ended',
  ],
  [
    'connections that wait for their CSMS',
    `${RELAY}/relay-refusal.test.ts`,
    'is 503 where too many wait already',
  ],
  [
    'head of what a CSMS answers to an upgrade, and body of its refusal',
    `${RELAY}/relay-refusal.test.ts`,
    'or too much of it',
  ],
  [
    'what a station says before its CSMS has answered',
    `${RELAY}/relay-handshake.test.ts`,
    'reads no more than it may of what the station sends before the answer',
  ],
  ['time until the CSMS answers', 'test/faults/upstream.test.ts', 'that never answers the upgrade is 504'],
  [
    'one side open after the other ended',
    `${RELAY}/relay-tunnel.test.ts`,
    'comes to a side that does not end by itself',
  ],
  ['sites that unknown ids create', `${CAPTURE}/auto-sites.test.ts`, 'are at most a hundred'],
  ['chargers on such sites', `${CAPTURE}/auto-sites.test.ts`, 'have at most a thousand chargers'],
  [
    'wrong passwords of one station',
    `${AUTH}/station-passwords.test.ts`,
    'wrong passwords of one station are bounded',
  ],
  [
    'wrong passwords of stations of one address',
    `${AUTH}/station-passwords.test.ts`,
    'wrong passwords from one address are bounded',
  ],
  [
    'passwords of stations that are computed at once, and that wait for it',
    `${AUTH}/station-passwords.test.ts`,
    'more that come at once than may wait are told to come again',
  ],
  ['id of a site or of a charger', `${CAPTURE}/station-path.test.ts`, 'is refused in'],
  [
    'a message to the built-in CSMS',
    `${CSMS}/csms-connection.test.ts`,
    'a message that is too long to be held',
  ],
  [
    'answers of the built-in CSMS that a station does not read',
    `${CSMS}/csms-connection.test.ts`,
    'a station that does not read its answers is closed',
  ],
  [
    'answers of the built-in CSMS that wait for the number of a transaction',
    `${CSMS}/csms-connection.test.ts`,
    'a station that calls on and on while a number is waited for',
  ],
  [
    'pings of the built-in CSMS, one a minute, that nothing answers',
    `${CSMS}/csms-connection.test.ts`,
    'a station is pinged, and given up',
  ],
  [
    'calls that wait for a station behind the one that is out',
    `${CSMS}/outgoing-calls.test.ts`,
    'the queue is bounded',
  ],
  [
    'transactions that a station began, by which it is known that one is told again',
    `${CONTROL}/database.test.ts`,
    'numbers end at the largest int32',
  ],
];

const RECORDING: readonly ReachedBound[] = [
  [
    'recorded message, also after inflating',
    `${RELAY}/decoder.test.ts`,
    'keeps of a message over the bound its beginning',
  ],
  ['inflated message', `${RELAY}/decoder.test.ts`, 'fails on what does not inflate, on a bomb'],
  [
    'held of one connection that is being decoded',
    `${RELAY}/decoder.test.ts`,
    'cuts a message where the connection holds too much',
  ],
  [
    'held of all of them, and of messages to the built-in CSMS that have not ended',
    `${CSMS}/csms-connection.test.ts`,
    'what is held of messages that have not ended has one bound',
  ],
  [
    'messages of one connection that wait for one to be inflated',
    `${RELAY}/decoder.test.ts`,
    'and where too much waits',
  ],
  [
    'a message to the built-in CSMS that does not go on',
    `${CSMS}/csms-connection.test.ts`,
    'a message that does not go on is given up',
  ],
  [
    'queue to the recorder: memory of what is not committed',
    `${RECORDER}/recorder-client.test.ts`,
    'more than the bound not committed',
  ],
  [
    'chargers of one site in the list of stations',
    `${STORE}/sqlite/charger-rows.test.ts`,
    'of a site so many chargers are listed',
  ],
  ['entries of one millisecond and site', `${STORE}/node-number.test.ts`, 'the room of a number is not left'],
  [
    'data folders that share control data and ship to one ClickHouse',
    'test/postgres/node-numbers.test.ts',
    'a number is given back by command alone',
  ],
  [
    'actions of one site that the filter offers',
    `${STORE}/sqlite/charger-rows.test.ts`,
    'of the actions of a site the first thousand',
  ],
  [
    'vendor, model, firmware and serial number of a station, as the list of stations has them',
    `${RECORDER}/charger-facts.test.ts`,
    'of a text without end its beginning',
  ],
  [
    "time that the recorder's thread does not answer",
    `${RECORDER}/thread-watch.test.ts`,
    'a thread that does not answer is told of once',
  ],
  [
    'calls of one connection that wait for their answer',
    'packages/core/src/exchange-time.test.ts',
    'above the bound of waiting calls the oldest times out',
  ],
  [
    'memory of calls of all connections that wait for their answer',
    `${RECORDER}/waiting-room.test.ts`,
    'calls of all connections that wait take no more',
  ],
  [
    'calls of one connection that ended without an answer and may still get it',
    'packages/core/src/exchange-time.test.ts',
    'above 1000 that could still be answered',
  ],
  [
    'memory of such calls, of all connections',
    `${RECORDER}/waiting-room.test.ts`,
    'calls that ended without an answer are bounded over all connections',
  ],
  [
    'answers of pushes and imports that came before their call, of one connection',
    'packages/core/src/exchange-held.test.ts',
    'above the bound the oldest held answer is released',
  ],
  [
    'memory of such answers, of all connections',
    `${RECORDER}/waiting-room.test.ts`,
    'answers before their call are bounded over all sources',
  ],
  [
    'answered calls of one connection that can still be rejected (CALLRESULTERROR)',
    'packages/core/src/exchange-rejection.test.ts',
    'a result whose id is endless',
  ],
  [
    'name of a transaction by which it is known where it runs',
    `${RECORDER}/kept-out.test.ts`,
    'of a transaction with a longer name',
  ],
  [
    'connections of pushes and imports that may go on',
    `${RECORDER}/virtual.test.ts`,
    'of connections that are pushed so many are followed',
  ],
  [
    'transactions whose connector is remembered, of those that a level leaves out',
    `${RECORDER}/kept-out.test.ts`,
    'so many transactions',
  ],
  ['body of one push, inflated', `${API}/ingest.test.ts`, 'gzip is inflated, within the bound only'],
  [
    'path of a masked secret that the entry names',
    'packages/core/src/redact.test.ts',
    'all is masked, but not more',
  ],
  ['lines of one push', `${API}/ingest.test.ts`, 'a body over the bound is 413, and so are more lines'],
  [
    'log lines that wait for whoever reads standard error',
    `${SERVER}/cli/log-lines.test.ts`,
    'a pipe that nobody reads',
  ],
];

export const REACHED: readonly ReachedBound[] = [
  ...STATIONS,
  ...RECORDING,
  ...REQUESTS,
  ...ALARM_BOUNDS,
  ...REST,
];
