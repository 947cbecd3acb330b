/** What docs/limits.md tells of each bound by default, made of the numbers in the code: stations and recording. */

import { FRAME_BYTES_MAX, ORDINAL_BITS, PAIRING_LIMITS } from '@ocpp-logs/core';
import { AUTO_CHARGERS_MAX, AUTO_SITES_MAX } from '../../packages/server/src/capture/auto-sites.ts';
import { CSMS_LIMITS } from '../../packages/server/src/capture/csms/csms-connection.ts';
import { PART_OF_ONE } from '../../packages/server/src/capture/http-sockets.ts';
import { CAPTURE_LIMITS } from '../../packages/server/src/capture/limits.ts';
import { LINES_MAX } from '../../packages/server/src/capture/recorder/ingest-line.ts';
import { NAME_MAX } from '../../packages/server/src/capture/recorder/kept-out.ts';
import { UNCOMMITTED_BYTES_MAX } from '../../packages/server/src/capture/recorder/recorder-client.ts';
import {
  HELD_BYTES_MAX,
  LATE_BYTES_MAX,
  WAITING_BYTES_MAX,
} from '../../packages/server/src/capture/recorder/recording.ts';
import { CONVERSATIONS_MAX } from '../../packages/server/src/capture/recorder/virtual.ts';
import { INFLATED_BYTES_MAX } from '../../packages/server/src/capture/relay/decoder.ts';
import { WAITING_MESSAGES_MAX } from '../../packages/server/src/capture/relay/tap.ts';
import { REASON_MAX } from '../../packages/server/src/capture/sparing-refusals.ts';
import { ID_BYTES_MAX } from '../../packages/server/src/capture/station-path.ts';
import { LOG_WAITING_MAX } from '../../packages/server/src/cli/log-lines.ts';
import { readSettings } from '../../packages/server/src/config.ts';
import { httpRoom } from '../../packages/server/src/serve/sockets.ts';
import { STARTS_KEPT, TRANSACTION_NUMBER_MAX } from '../../packages/server/src/store/control/bounds.ts';
import { NODES_MAX, ORDINALS_PER_NODE } from '../../packages/server/src/store/node-number.ts';
import { ALARM_NUMBERS, REQUEST_NUMBERS, REST_NUMBERS } from './limit-numbers-of-requests.ts';
import { byTens, days, kib, mib, minutes, part, same, seconds, type ToldNumbers } from './told-number.ts';
import { inCore, inServer } from './written-number.ts';

const { limits } = readSettings({ environment: {}, flags: {} });
const SOCKETS = 'serve/sockets.ts';
const PASSWORDS = 'auth/station-passwords.ts';

const STATIONS: ToldNumbers = {
  'stations connected at once': byTens(limits.stations),
  'sockets of stations and their CSMSs': `as many files as the process may open, less ${byTens(inServer(SOCKETS, 'const RESERVED = '))} (of few files, less ${part(inServer(SOCKETS, 'const RESERVED_PART = '))})`,
  'stations of one site': byTens(limits.stations_per_site),
  'connections begun from one address in a minute': byTens(limits.connections_per_minute),
  'refused connections of one site that become entries, in a minute': byTens(limits.refusals_per_minute),
  'reason of a refusal, and the foreign name in it': `${same([REASON_MAX, inServer('capture/upgrade.ts', 'const HOST_SHOWN = ')])} characters`,
  'connections over HTTP, and those on which nothing was asked yet': `what stations leave free of their sockets and ${httpRoom(20_000, 0, 0)} more (of few files ${part(inServer(SOCKETS, 'const HTTP_PART = '))} of what is kept), at most ${byTens(httpRoom(20_000, 18_000, 0))} and those of live tails (\`limits.streams\`)`,
  'of them those from one address': part(PART_OF_ONE),
  'time until the head of a request is there, or a TLS handshake is through': seconds(
    same([
      inServer('api/routes.ts', 'const HEADERS_MS = '),
      inServer('capture/tls/tls-listener.ts', 'const HANDSHAKE_MS = '),
    ]),
  ),
  'connections that wait for their CSMS': byTens(CAPTURE_LIMITS.waiting),
  'head of what a CSMS answers to an upgrade, and body of its refusal': `${kib(CAPTURE_LIMITS.answerBytes)} each`,
  'what a station says before its CSMS has answered': kib(CAPTURE_LIMITS.answerBytes),
  'time until the CSMS answers': seconds(CAPTURE_LIMITS.answerMs),
  'one side open after the other ended': seconds(CAPTURE_LIMITS.halfOpenMs),
  'sites that unknown ids create': byTens(AUTO_SITES_MAX),
  'chargers on such sites': byTens(AUTO_CHARGERS_MAX),
  'wrong passwords of one station': `${inServer(PASSWORDS, 'PER_STATION = { limit: ')} in ${inServer(PASSWORDS, 'PER_STATION = { limit: 10, windowMs: ') / 60_000} minutes`,
  'wrong passwords of stations of one address': `${inServer(PASSWORDS, 'PER_ADDRESS = { limit: ')} in ${inServer(PASSWORDS, 'PER_ADDRESS = { limit: 100, windowMs: ') === 60_000 ? 'a minute' : 'another time'}`,
  'passwords of stations that are computed at once, and that wait for it': `${inServer(PASSWORDS, 'const AT_ONCE = ')}, ${byTens(inServer(PASSWORDS, 'const WAITING = '))}`,
  'id of a site or of a charger': `${ID_BYTES_MAX} bytes`,
  'a message to the built-in CSMS': `${mib(CSMS_LIMITS.messageBytes)}; one of more than ${mib(FRAME_BYTES_MAX)} is recorded as its beginning`,
  'answers of the built-in CSMS that a station does not read': mib(CSMS_LIMITS.unsentBytes),
  'answers of the built-in CSMS that wait for the number of a transaction': `${byTens(CSMS_LIMITS.waitingAnswers)} of a connection`,
  'pings of the built-in CSMS, one a minute, that nothing answers': String(
    inServer('capture/csms/csms-connection.ts', 'const PINGS_MISSED_MAX = '),
  ),
  'calls that wait for a station behind the one that is out': String(CSMS_LIMITS.waitingCalls),
  'transactions that a station began, by which it is known that one is told again': `${days(STARTS_KEPT)} of them; ${byTens(TRANSACTION_NUMBER_MAX)} numbers`,
};

const lateCalls = PAIRING_LIMITS.lateMax;
const rejected = PAIRING_LIMITS.answeredMax;
const lateFor = minutes(PAIRING_LIMITS.lateUs / 1000);
const pairing = 'capture/recorder/conversation.ts';

const RECORDING: ToldNumbers = {
  'recorded message, also after inflating': mib(FRAME_BYTES_MAX),
  'inflated message': mib(INFLATED_BYTES_MAX),
  'held of one connection that is being decoded': mib(CAPTURE_LIMITS.heldPerConnection),
  'held of all of them, and of messages to the built-in CSMS that have not ended': mib(
    CAPTURE_LIMITS.heldOverall,
  ),
  'messages of one connection that wait for one to be inflated': byTens(WAITING_MESSAGES_MAX),
  'a message to the built-in CSMS that does not go on': `${CSMS_LIMITS.pingInterval / 1000} to ${seconds(2 * CSMS_LIMITS.pingInterval)}`,
  'queue to the recorder: memory of what is not committed': mib(UNCOMMITTED_BYTES_MAX),
  'chargers of one site in the list of stations': byTens(limits.chargers_per_site),
  'entries of one millisecond and site': `${byTens(2 ** Number(ORDINAL_BITS))}; ${byTens(ORDINALS_PER_NODE)} where the folder has a [node number](deployment.md#node-numbers)`,
  'data folders that share control data and ship to one ClickHouse': String(NODES_MAX),
  'actions of one site that the filter offers': byTens(
    inServer('store/sqlite/index-file.ts', 'const ACTIONS_MAX = '),
  ),
  'vendor, model, firmware and serial number of a station, as the list of stations has them': `${inServer('capture/recorder/charger-facts.ts', 'const FACT_MAX = ')} characters`,
  "time that the recorder's thread does not answer": `${inServer('capture/recorder/thread-watch.ts', 'const SILENT_AFTER = ') * (inServer('capture/recorder/recorder-thread.ts', 'const WATCH_MS = ') / 1000)} s`,
  'calls of one connection that wait for their answer': byTens(PAIRING_LIMITS.pendingMax),
  'memory of calls of all connections that wait for their answer': `${mib(WAITING_BYTES_MAX)}, estimated`,
  'calls of one connection that ended without an answer and may still get it': `${byTens(lateCalls)}, for ${lateFor}`,
  'memory of such calls, of all connections': `${mib(LATE_BYTES_MAX)}, estimated: some 190,000`,
  'answers of pushes and imports that came before their call, of one connection': `${byTens(PAIRING_LIMITS.heldMax)}, for ${seconds(inServer(pairing, 'const ANSWER_AHEAD_US = ') / 1000)} of their times`,
  'memory of such answers, of all connections': `${mib(HELD_BYTES_MAX)}, estimated`,
  'connections of pushes and imports that may go on': `${byTens(CONVERSATIONS_MAX)}, of ${byTens(inServer('capture/recorder/ingest.ts', 'const SOURCES_MAX = '))} sources`,
  'answered calls of one connection that can still be rejected (CALLRESULTERROR)': `${rejected}, for ${lateFor}, of at most ${inCore('answered-results.ts', 'const NAMES_MAX = ')} characters of id and action`,
  'name of a transaction by which it is known where it runs': `${NAME_MAX} characters`,
  'transactions whose connector is remembered, of those that a level leaves out': byTens(
    inServer('capture/recorder/kept-out.ts', 'const TRANSACTIONS_MAX = '),
  ),
  'body of one push, inflated': `${limits.ingest_mb} MiB`,
  'path of a masked secret that the entry names': `${inCore('secret-spans.ts', 'const PATH_DEPTH_MAX = ')} names deep; ${inCore('redact.ts', 'const PATHS_MAX = ')} paths`,
  'lines of one push': byTens(LINES_MAX),
  'log lines that wait for whoever reads standard error': mib(LOG_WAITING_MAX),
};

export const TOLD: ToldNumbers = {
  ...STATIONS,
  ...RECORDING,
  ...REQUEST_NUMBERS,
  ...ALARM_NUMBERS,
  ...REST_NUMBERS,
};
