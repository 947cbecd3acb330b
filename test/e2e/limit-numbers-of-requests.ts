/** As limit-numbers.ts: requests, alarms, the audit log, imports, exports and commands. */

import { maxHeaderSize } from 'node:http';
import { QUERY_LENGTH_MAX } from '@ocpp-logs/core';
import { VALUES_MAX } from '../../packages/core/src/known-values.ts';
import { AGAIN_MS, DELIVERIES_MAX } from '../../packages/server/src/alarms/deliveries.ts';
import { ATTEMPT_MS } from '../../packages/server/src/alarms/sending.ts';
import { FLEET_KEPT } from '../../packages/server/src/api/fleet-days.ts';
import { FLEET_DAYS } from '../../packages/server/src/api/fleet-schemas.ts';
import { FOLLOWERS_MAX } from '../../packages/server/src/api/followers.ts';
import { BODY_BYTES } from '../../packages/server/src/api/json-body.ts';
import { TAKE } from '../../packages/server/src/api/log-query-schema.ts';
import { RING_AGE, RING_CHANGES } from '../../packages/server/src/api/ring.ts';
import { LINK_MS } from '../../packages/server/src/auth/sign-in.ts';
import { readSettings } from '../../packages/server/src/config.ts';
import {
  KEPT_MAX as ERASURES_KEPT,
  WAITING_MAX as ERASURES_WAITING,
} from '../../packages/server/src/erasure/room.ts';
import { BUNDLE_ENTRIES_MAX, BUNDLE_TEXT_MAX } from '../../packages/server/src/export/bundle.ts';
import { FREE_MIN } from '../../packages/server/src/export/jobs/file-sink.ts';
import { CELL_MAX } from '../../packages/server/src/export/xlsx/cell-text.ts';
import { SKIPPED_LISTED } from '../../packages/server/src/import/file-outcome.ts';
import { LINE_BYTES_MAX } from '../../packages/server/src/import/line-cutter.ts';
import { ROOM_KEPT } from '../../packages/server/src/import/room.ts';
import { GAPS_MAX } from '../../packages/server/src/pull/checkpoint.ts';
import { HTTP_LIMITS } from '../../packages/server/src/pull/http-get.ts';
import {
  ALARMS_MAX,
  FIRINGS_A_MINUTE,
  FIRINGS_MAX,
  TAKEN_OVER_MAX,
  TARGETS_MAX,
} from '../../packages/server/src/store/alarms.ts';
import { AUDIT_MOST } from '../../packages/server/src/store/audit.ts';
import {
  ANSWER_BYTES_MAX,
  ANSWERS_KEPT,
  ANSWERS_MAX,
} from '../../packages/server/src/store/control/bounds.ts';
import { FLEET_READ_MAX, STATIONS_MAX } from '../../packages/server/src/store/fleet/days.ts';
import { FOUND_READ_MAX } from '../../packages/server/src/store/fleet/findings.ts';
import { NEIGHBOURS_MAX } from '../../packages/server/src/store/neighbours/neighbour-fill.ts';
import { NEIGHBOUR_SEARCH_MAX } from '../../packages/server/src/store/neighbours/neighbour-search.ts';
import {
  LINKS_MAX,
  PREFERENCES_BYTES_MAX,
  SEARCH_BYTES_MAX,
  SEARCHES_MAX,
  SESSIONS_MAX,
  USERS_MAX,
} from '../../packages/server/src/store/people.ts';
import { PAGE_READ_MAX } from '../../packages/server/src/store/sessions/list.ts';
import { byTens, days, kib, mib, minutes, part, same, seconds, type ToldNumbers } from './told-number.ts';
import { inCore, inServer } from './written-number.ts';

const { limits, imports, exports, audit } = readSettings({ environment: {}, flags: {} });

const CLICKHOUSE = 'store/clickhouse/sql.ts';
const FOLLOWING = 'store/clickhouse/following.ts';
const STATION = 'api/station-facts.ts';
const RECORDED = 'api/station-recorded.ts';
const SIGN_IN = 'auth/sign-in.ts';
const ofHere = (file: string, name: string) => inServer(file, `const ${name} = `);
const ofCore = (file: string, name: string) => inCore(file, `const ${name} = `);
const gib = (bytes: number) => mib(bytes / 1024).replace('MiB', 'GiB');
const hours = (ms: number) => ms / 3_600_000;
const halfOf = (file: string, before: string) => part(1 / inServer(file, before));
const guesses = (name: string) =>
  `${ofHere(SIGN_IN, name)} in ${ofHere(SIGN_IN, 'WINDOW_MS') / 60_000} minutes`;
const ofSense = ofCore('validate/found.ts', 'FINDINGS_MAX');

export const REQUEST_NUMBERS: ToldNumbers = {
  'requests of one key, one person, or one address without a key in a minute': byTens(
    limits.requests_per_minute,
  ),
  'time of one question to the store, or of the next part of a long answer': `${limits.query_seconds} s`,
  'one answer of ClickHouse': gib(ofHere(CLICKHOUSE, 'ANSWER_MAX')),
  'one statement to PostgreSQL, and connections to it': `${seconds(ofHere('store/postgres/statements.ts', 'STATEMENT_MS'))}; ${ofHere('store/postgres/address.ts', 'CONNECTIONS')} and one that listens`,
  'questions that wait in one of the two reading threads': byTens(
    ofHere('store/sqlite/reader-thread.ts', 'WAITING_MAX'),
  ),
  'time of one question to [ClickHouse](clickhouse.md)': `${limits.query_seconds} s, and ${seconds(ofHere(CLICKHOUSE, 'REQUEST_MS'))} without any answer`,
  'data folder of which ClickHouse has taken whole months': `none, and ${gib(inServer('config/store-schema.ts', 'spool_min_free_bytes: Type.Integer({\n      minimum: 0,\n      default: '))} left on the disk`,
  'changes that ClickHouse has not taken': 'the disk',
  'days that are [counted ahead](clickhouse.md#counting-ahead) in ClickHouse in one round': byTens(
    ofHere('store/clickhouse/rolling.ts', 'DAYS_MAX'),
  ),
  'groups of a day by one of what it is counted ahead by': byTens(
    ofHere('store/clickhouse/rolling.ts', 'GROUPS_MAX'),
  ),
  'spans of time in one question to what was counted ahead': `${ofHere('store/clickhouse/rolled-days.ts', 'SPANS_MAX')} that differ`,
  'entries read for one page of charging sessions': `${byTens(PAGE_READ_MAX)}, and what a day and ${ofHere('store/sessions/list.ts', 'LOT')} sessions take`,
  'entries read for the sessions of one page of entries': byTens(
    ofHere('store/sessions/roles.ts', 'READ_MAX'),
  ),
  'entries read around those of one page, for what neighbours tell': byTens(NEIGHBOURS_MAX),
  'entries read for a search for what neighbours tell': byTens(NEIGHBOUR_SEARCH_MAX),
  'entries read of one station for one of its sessions': byTens(
    ofHere('store/sessions/judged.ts', 'STATION_MAX'),
  ),
  'entries read for what is told of one station': byTens(
    ofHere('store/sessions/station-told.ts', 'READ_MAX'),
  ),
  'days of one answer about the [fleet](fleet.md)': String(FLEET_DAYS.maximum),
  'entries read for some days of the fleet of one site': byTens(FLEET_READ_MAX),
  'entries read for what was found on some days of one site': byTens(FOUND_READ_MAX),
  'time after which no further days of the fleet are made for an answer, and as much for its findings':
    seconds(ofHere('api/fleet-days.ts', 'PATIENCE_MS')),
  'days of stations that are kept for the fleet, and those with findings': `${byTens(FLEET_KEPT)} each`,
  'stations of one site in the fleet': byTens(STATIONS_MAX),
  'calls, state reports, connections and settings read for the page of a station': [
    ofHere(STATION, 'CALLS_MAX'),
    ofHere(RECORDED, 'REPORTS_MAX'),
    ofHere(RECORDED, 'MARKS_MAX'),
    ofHere(STATION, 'TELLING_MAX'),
  ]
    .map(byTens)
    .join(', '),
  'signed meter values of one session, and entries read for them': `${byTens(ofCore('signed/signed-values.ts', 'VALUES_MAX'))}, ${byTens(ofHere('store/sessions/signed.ts', 'ENTRIES_MAX'))}`,
  'findings of one entry that are made when it is looked at': `${ofSense} of sense, ${ofSense} of the schema`,
  'payload of which all faults by the schema are told': kib(
    ofHere('validate/schema-faults.ts', 'ALL_FAULTS_BYTES'),
  ),
  'values of one message that are looked through for times': byTens(
    ofCore('validate/times.ts', 'VALUES_MAX'),
  ),
  'schemas of messages that a thread holds compiled': `${ofHere('validate/compiled.ts', 'COMPILED_MAX')}, and ${ofHere('validate/compiled.ts', 'COMPILED_MAX')} for long payloads`,
  'sequence numbers and message ids that `diagnose` remembers of a station': `${byTens(same([ofCore('validate/sequences.ts', 'TRANSACTIONS_MAX'), ofCore('validate/station-watch.ts', 'TRANSACTIONS_MAX')]))} transactions, ${byTens(ofCore('validate/station-watch.ts', 'IDS_MAX'))} ids of each side`,
  'time that a page or a count looks at texts': seconds(
    same(['store/sqlite/reader.ts', 'store/clickhouse/reader.ts'].map((file) => ofHere(file, 'PATIENCE_MS'))),
  ),
  'changes of other nodes that one question a second takes for live tails': byTens(ofHere(FOLLOWING, 'MOST')),
  'entries of other nodes that live tails know to have told': byTens(ofHere(FOLLOWING, 'KNOWN_MAX')),
  'live tails open at once': `${limits.streams}, ${halfOf('api/tail-route.ts', 'Math.ceil(api.tails / ')} of them of one key or person`,
  'changes that a live tail can go on behind': `${byTens(RING_CHANGES)} and ${RING_AGE / 60_000} minutes`,
  'of them, changes of one site that make no room for those of others': `an even part: ${byTens(RING_CHANGES)} by the sites that said something in ${RING_AGE / 60_000} minutes`,
  'followers of the progress of exports, and of imports': `${FOLLOWERS_MAX} each`,
  'bodies of pushes in memory at once, packed and unpacked, counted as they come': `${ofHere('api/ingest.ts', 'BODIES') === 4 ? 'four' : 'not four'} times \`limits.ingest_mb\`, ${part(ofHere('api/ingest.ts', 'BODIES_OF_ONE') / ofHere('api/ingest.ts', 'BODIES'))} of it of one key`,
  'time until a body is there, except of an upload': seconds(ofHere('api/body-deadline.ts', 'BODY_MS')),
  'path, query and headers': kib(maxHeaderSize),
  'body of a request that is no push and no upload': `${kib(BODY_BYTES)}; of an export or a command ${kib(same(['api/exports.ts', 'api/commands.ts'].map((file) => ofHere(file, 'BODY_BYTES'))))}`,
  search: `${byTens(QUERY_LENGTH_MAX)} characters, ${ofCore('query/parse.ts', 'TERMS_MAX')} terms, ${ofCore('query/parse.ts', 'DEPTH_MAX')} parentheses deep`,
  'entries of one page': byTens(TAKE.maximum),
  'members of a JSON body within each other': String(ofHere('api/body-query.ts', 'DEPTH_MAX')),
  'wrong passwords of one person from one address': guesses('PER_BOTH'),
  'wrong passwords of one person from everywhere': guesses('PER_USER'),
  'failed sign-ins of one address': guesses('PER_ADDRESS'),
  'passwords of people that are computed at once, and that wait for it': `${ofHere('auth/password.ts', 'AT_ONCE')}, ${ofHere('auth/password.ts', 'WAITING')}`,
  'signed writes that are remembered, so that none is taken twice': `${byTens(inServer('auth/signature.ts', 'constructor(bound = '))} within \`clock_skew_s\``,
  'answers to requests with an `Idempotency-Key`': `${hours(ANSWERS_KEPT)} hours, ${byTens(ANSWERS_MAX)}, ${mib(ANSWER_BYTES_MAX)}`,
  'time that a change of `control.db` waits while another process keeps it locked': seconds(
    ofHere('store/control/database.ts', 'BUSY_MS'),
  ),
  users: byTens(USERS_MAX),
  'keys, the revoked ones among them': byTens(ofHere('api/keys.ts', 'KEYS_MOST')),
  'sites that are made over HTTP': byTens(ofHere('api/site-settings.ts', 'SITES_MOST')),
  'roles of one person': byTens(ofHere('api/user-roles.ts', 'ROLES_MOST')),
  'sign-in links that were not used': `${byTens(LINKS_MAX)}, each for ${LINK_MS / 60_000} minutes`,
  'sessions of one person': String(SESSIONS_MAX),
  'saved searches of one person or key': String(SEARCHES_MAX),
  'one saved search; columns and preferences of one person or key': `${kib(SEARCH_BYTES_MAX)}; ${kib(PREFERENCES_BYTES_MAX)}`,
  'shared searches of others that one is shown': byTens(
    same(['control', 'postgres'].map((store) => ofHere(`store/${store}/search-table.ts`, 'SHARED_MAX'))),
  ),
  'erasures that wait, and that are remembered': `${ERASURES_WAITING}, ${byTens(ERASURES_KEPT)}`,
  'back-ups that are remembered for the reports of erasures': byTens(
    same(['control', 'postgres'].map((store) => ofHere(`store/${store}/backup-table.ts`, 'KEPT_MAX'))),
  ),
};

const WATCH = 'alarm/followed-watch.ts';
const TRIAL = 'alarms/alarm-worker.ts';
const again = AGAIN_MS.reduce((all, ms) => all + ms, 0);

export const ALARM_NUMBERS: ToldNumbers = {
  alarms: String(ALARMS_MAX),
  'targets of one alarm': String(TARGETS_MAX),
  'rule of an alarm': `${byTens(QUERY_LENGTH_MAX)} characters`,
  'firings of one alarm in a minute, by when it came true': String(FIRINGS_A_MINUTE),
  'firings that are kept': byTens(FIRINGS_MAX),
  'firings that wait for control data that is away': byTens(ofHere('alarms/alarm-service.ts', 'KEEPING_MAX')),
  'changes that wait to be evaluated': byTens(ofHere('alarms/alarm-thread.ts', 'IDS_MAX')),
  'changes of other nodes that could not be read, of one site': byTens(
    ofHere('alarms/evaluation.ts', 'UNREAD_MAX'),
  ),
  'As and Bs of one station that an alarm remembers': `${ofCore(WATCH, 'WAITING_MAX')}, ${ofCore(WATCH, 'PASSED_MAX')}`,
  'As and Bs of all stations of a site that an alarm remembers': byTens(ofCore(WATCH, 'SIZE_MAX')),
  'stations of a site whose silence an alarm follows': byTens(
    ofCore('alarm/silent-watch.ts', 'STATIONS_MAX'),
  ),
  'what happened before a start and is read after it': `${hours(ofHere('alarms/evaluation.ts', 'BACK_MS'))} h`,
  'answer of ClickHouse to a question of alarms': `${seconds(ofHere('alarms/open-lookup.ts', 'ANSWER_MS'))}, then none is asked for ${seconds(ofHere('alarms/open-lookup.ts', 'REST_MS'))}`,
  'deliveries that wait': byTens(DELIVERIES_MAX),
  'firings taken over from a node that is gone, at once': String(TAKEN_OVER_MAX),
  'until an alarm that nobody answers for any more tells nothing': seconds(
    Math.ceil(ofHere('store/control/client.ts', 'CURRENT_MS') / 1_000) * 1_000,
  ),
  'attempts of one delivery': `${AGAIN_MS.length + 1} in ${minutes(Math.round(again / 60_000) * 60_000)}, ${seconds(ATTEMPT_MS)} each`,
  'test notices in a minute': String(ofHere('alarms/test-notices.ts', 'TESTS_A_MINUTE')),
  'trials at once': String(ofHere('alarms/alarm-service.ts', 'TRIALS_MAX')),
  'one trial': `${ofHere('api/alarms.ts', 'TRIAL_DAYS')} days, ${byTens(ofHere(TRIAL, 'TRIAL_ENTRIES'))} entries, ${seconds(ofHere(TRIAL, 'TRIAL_MS'))}, ${ofHere(TRIAL, 'TRIAL_FIRINGS')} firings in full`,
  'connections that follow the firings': `${ofHere('api/alarm-events.ts', 'FOLLOWERS_MAX')}, ${ofHere('api/alarm-events.ts', 'OF_KEY_MAX')} of them of one key or person`,
};

const JOBS = 'import/jobs/import-jobs.ts';
const EXPORTS = 'export/jobs/export-jobs.ts';
const OUTCOME = 'import/file-outcome.ts';

export const REST_NUMBERS: ToldNumbers = {
  'age of a record': `${audit.keep_days} days`,
  records: byTens(AUDIT_MOST),
  'kinds of reads and failures told apart in a minute': byTens(ofHere('auth/audit-trail.ts', 'KINDS_MOST')),
  'one upload': `${byTens(imports.max_bytes)} bytes`,
  'what comes out of all that is packed in one import, of the command line too': `${byTens(imports.max_unpacked_bytes)} bytes`,
  'room on the disk that imports leave': mib(ROOM_KEPT),
  'uploads and imports that have not ended': `${imports.jobs}, ${halfOf(JOBS, 'Math.ceil(this.#options.jobsMax / ')} of them of one key`,
  'imports that run at once': `${ofHere(JOBS, 'RUNNING_MAX')}, one of a site`,
  'files of one upload': byTens(ofHere('api/import-upload.ts', 'FILES_MAX')),
  'silence of an upload': seconds(ofHere('api/import-upload.ts', 'SILENCE_MS')),
  'age of a preview, and of what is told of an import that has ended': `${hours(ofHere(JOBS, 'KEPT_MS'))} h; ${ofHere(JOBS, 'ENDED_MAX')} ended ones`,
  'a line, or a record, of a log that is imported': mib(LINE_BYTES_MAX),
  'skipped lines, reasons and chargers that a report of an import tells': `${byTens(SKIPPED_LISTED)}, ${ofHere(OUTCOME, 'REASONS_MAX')}, ${byTens(ofHere(OUTCOME, 'CHARGERS_MAX'))}`,
  'containers within each other that a log is unpacked from': String(
    ofHere('import/carriers/chain.ts', 'DEPTH_MAX'),
  ),
  'signed uploads whose signature is not settled yet': `as many as \`imports.jobs\`, ${halfOf('import/jobs/unproven-uploads.ts', 'Math.ceil(this.#most / ')} of them of one address`,
  'exports of one key or person that have not ended': String(limits.exports_per_key),
  'exports that wait': String(ofHere(EXPORTS, 'WAITING_MAX')),
  'exports that are kept': byTens(ofHere(EXPORTS, 'JOBS_MAX')),
  'exports made at once': `${exports.at_once}, besides a small one`,
  'entries of one bundle': byTens(BUNDLE_ENTRIES_MAX),
  'characters of the entries of one bundle, before they are packed': byTens(BUNDLE_TEXT_MAX),
  'files of all exports': `${byTens(exports.max_bytes)} bytes`,
  'age of an export': `${exports.keep_hours} h`,
  'exports that are gone and told from those that never were': `${byTens(ofHere(EXPORTS, 'GONE_MAX'))}, each for ${days(ofHere(EXPORTS, 'GONE_MS'))}`,
  'room on the disk that exports leave': mib(FREE_MIN),
  'different ids in an export with pseudonyms': byTens(VALUES_MAX),
  'a sheet and a cell of XLSX': `${byTens(inServer('export/xlsx.ts', 'const LIMITS: SheetLimits = { rows: '))} rows, ${byTens(CELL_MAX)} characters`,
  'records of a trace that wait for their place in time': mib(ofHere('export/trace.ts', 'HELD_MAX')),
  'entries of the files that `diagnose` reads': byTens(
    ofHere('cli/diagnose/gathering-writer.ts', 'ENTRIES_MAX'),
  ),
  'one answer of the server that `pull` reads from': mib(HTTP_LIMITS.bodyBytes),
  'gaps that `pull` remembers': byTens(GAPS_MAX),
  'stations of `simulate`': byTens(ofHere('cli/simulate.ts', 'STATIONS_MAX')),
  'payload of `command`, and id tag of `erase`, through a pipe': `${mib(ofHere('cli/station-command/station-command.ts', 'PIPE_MAX'))}, ${byTens(ofHere('cli/erase/erase.ts', 'PIPE_MAX'))} characters`,
};
