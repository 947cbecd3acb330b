/** The second half of the table in limit-tests.ts: requests, the audit log, imports, exports and commands. */

export type ReachedBound = readonly [row: string, file: string, name: string];

const SERVER = 'packages/server/src';
const API = `${SERVER}/api`;
const AUTH = `${SERVER}/auth`;
const STORE = `${SERVER}/store`;
const CONTROL = `${STORE}/control`;
const EXPORT = `${SERVER}/export`;
const IMPORT = `${SERVER}/import`;

export const REQUESTS: readonly ReachedBound[] = [
  [
    'requests of one key, one person, or one address without a key in a minute',
    `${API}/request-rate.test.ts`,
    'a key that asks too often',
  ],
  [
    'time of one question to the store, or of the next part of a long answer',
    `${STORE}/sqlite/query-time.test.ts`,
    'a question that takes too long ends in its thread',
  ],
  [
    'questions that wait in one of the two reading threads',
    `${STORE}/sqlite/query-time.test.ts`,
    'more questions than may wait',
  ],
  [
    'time of one question to [ClickHouse](clickhouse.md)',
    'test/clickhouse/schema.test.ts',
    'and one that takes too long is given up by name',
  ],
  ['one answer of ClickHouse', `${STORE}/clickhouse/sql.test.ts`, 'an answer that would not end'],
  [
    'one statement to PostgreSQL, and connections to it',
    'test/postgres/control-thread.test.ts',
    'a network that swallows everything is told in time',
  ],
  [
    'data folder of which ClickHouse has taken whole months',
    'test/clickhouse/spool.test.ts',
    'beyond its bound with ClickHouse away',
  ],
  [
    'changes that ClickHouse has not taken',
    'test/clickhouse/shipping.test.ts',
    'while ClickHouse refuses connections',
  ],
  [
    'days that are [counted ahead](clickhouse.md#counting-ahead) in ClickHouse in one round',
    'test/clickhouse/rolling.test.ts',
    'a round counts so many days',
  ],
  [
    'groups of a day by one of what it is counted ahead by',
    'test/clickhouse/rolling.test.ts',
    'a day with more groups than are kept',
  ],
  [
    'spans of time in one question to what was counted ahead',
    `${STORE}/clickhouse/rolled-days.test.ts`,
    'of sites that differ in too many days',
  ],
  [
    'entries read for one page of charging sessions',
    `${STORE}/sessions/list.test.ts`,
    'a page ends where enough was read',
  ],
  [
    'entries read for the sessions of one page of entries',
    `${STORE}/sessions/list.test.ts`,
    'of entries for which too much would have to be read',
  ],
  [
    'entries read around those of one page, for what neighbours tell',
    `${STORE}/neighbours/neighbour-bounds.test.ts`,
    'where a page would need more, its stations share what is read',
  ],
  [
    'entries read for a search for what neighbours tell',
    `${STORE}/neighbours/neighbour-bounds.test.ts`,
    'a search that would have to read more than may be read is refused',
  ],
  [
    'entries read of one station for one of its sessions',
    `${STORE}/conformance/sessions.ts`,
    'a session that goes on for longer than is read for it',
  ],
  [
    'entries read for what is told of one station',
    `${STORE}/sessions/station-told.test.ts`,
    'of more entries than are read the first are',
  ],
  [
    'days of one answer about the [fleet](fleet.md)',
    `${API}/fleet.test.ts`,
    'what is wrong with a question is said',
  ],
  [
    'entries read for some days of the fleet of one site',
    `${STORE}/fleet/days.test.ts`,
    'no more entries are read than may be',
  ],
  [
    'entries read for what was found on some days of one site',
    `${STORE}/fleet/findings.test.ts`,
    'where there is more around the days than may be read',
  ],
  [
    'time after which no further days of the fleet are made for an answer, and as much for its findings',
    `${API}/fleet-days.test.ts`,
    'when time is over what is missing is told',
  ],
  [
    'days of stations that are kept for the fleet, and those with findings',
    `${API}/fleet-days.test.ts`,
    'no more days of stations are kept than there is room for',
  ],
  ['stations of one site in the fleet', `${STORE}/fleet/days.test.ts`, 'of more stations than are told of'],
  [
    'calls, state reports, connections and settings read for the page of a station',
    `${API}/station.test.ts`,
    'only so many calls are looked at',
  ],
  [
    'signed meter values of one session, and entries read for them',
    'packages/core/src/signed/signed-values.test.ts',
    'and 10,000 are kept',
  ],
  [
    'findings of one entry that are made when it is looked at',
    'packages/core/src/validate/sense.test.ts',
    'what is found is bounded',
  ],
  [
    'payload of which all faults by the schema are told',
    `${SERVER}/validate/findings-of.test.ts`,
    'of a long message the first fault is told',
  ],
  [
    'values of one message that are looked through for times',
    'packages/core/src/validate/sense.test.ts',
    'of very many values',
  ],
  [
    'schemas of messages that a thread holds compiled',
    `${SERVER}/validate/findings-of.test.ts`,
    'compiled schemas are bounded',
  ],
  [
    'sequence numbers and message ids that `diagnose` remembers of a station',
    'packages/core/src/validate/station-watch.test.ts',
    'of more transactions and ids than are remembered',
  ],
  ['time that a page or a count looks at texts', `${STORE}/sqlite/patience.test.ts`, 'where time runs out'],
  [
    'changes of other nodes that one question a second takes for live tails',
    `${STORE}/clickhouse/following.test.ts`,
    'more changes than one answer takes',
  ],
  [
    'entries of other nodes that live tails know to have told',
    `${STORE}/clickhouse/following.test.ts`,
    'of more entries than are remembered',
  ],
  ['live tails open at once', `${API}/tail.test.ts`, 'tails are bounded'],
  [
    'changes that a live tail can go on behind',
    `${API}/ring.test.ts`,
    'beyond its bound the oldest are forgotten',
  ],
  [
    'of them, changes of one site that make no room for those of others',
    `${API}/ring.test.ts`,
    'a flood at one site takes nothing from a site that has no more than its even part',
  ],
  [
    'followers of the progress of exports, and of imports',
    `${API}/followers.test.ts`,
    'a hundred follow at once',
  ],
  [
    'bodies of pushes in memory at once, packed and unpacked, counted as they come',
    `${API}/ingest.test.ts`,
    'bodies that are in memory at once are bounded',
  ],
  [
    'time until a body is there, except of an upload',
    `${API}/body-deadline.test.ts`,
    'half a body ends its connection',
  ],
  ['path, query and headers', `${API}/hostile.test.ts`, 'what is no HTTP, and headers without end'],
  ['body of a request that is no push and no upload', `${API}/hostile.test.ts`, 'a body that is too long'],
  ['search', 'packages/core/src/query/parse.test.ts', 'length, terms and depth are bounded'],
  [
    'entries of one page',
    `${API}/whole-range.test.ts`,
    'take is honoured, and is no more than a page may have',
  ],
  ['members of a JSON body within each other', `${API}/hostile.test.ts`, 'a body that is nested without end'],
  [
    'wrong passwords of one person from one address',
    `${AUTH}/sign-in.test.ts`,
    'guesses from one address at one user are bounded',
  ],
  [
    'wrong passwords of one person from everywhere',
    `${AUTH}/sign-in.test.ts`,
    'guesses from many addresses at one user are bounded',
  ],
  ['failed sign-ins of one address', `${AUTH}/sign-in.test.ts`, 'and from one address at many users'],
  [
    'passwords of people that are computed at once, and that wait for it',
    `${AUTH}/sign-in.test.ts`,
    'what the server was too busy to look at',
  ],
  [
    'signed writes that are remembered, so that none is taken twice',
    `${AUTH}/signature.test.ts`,
    'memory of signatures is bounded',
  ],
  [
    'answers to requests with an `Idempotency-Key`',
    `${CONTROL}/database.test.ts`,
    'answers are bounded by number and by bytes',
  ],
  [
    'time that a change of `control.db` waits while another process keeps it locked',
    `${CONTROL}/client.test.ts`,
    'what control.db cannot take now',
  ],
  ['users', `${CONTROL}/database.test.ts`, 'of users there are ten thousand'],
  ['keys, the revoked ones among them', `${API}/most.test.ts`, 'of keys and sites'],
  ['sites that are made over HTTP', `${API}/most.test.ts`, 'of keys and sites'],
  ['roles of one person', `${API}/users.test.ts`, 'what cannot be a user is refused'],
  ['sign-in links that were not used', `${CONTROL}/conformance/sessions.ts`, 'links are bounded'],
  [
    'sessions of one person',
    `${CONTROL}/conformance/sessions.ts`,
    'the one that was used longest ago makes room',
  ],
  [
    'saved searches of one person or key',
    `${API}/saved-searches.test.ts`,
    'there are at most 200 of each person',
  ],
  [
    'one saved search; columns and preferences of one person or key',
    `${API}/preferences.test.ts`,
    'what cannot be kept is refused',
  ],
  [
    'shared searches of others that one is shown',
    `${CONTROL}/conformance/kept.ts`,
    'of shared searches of others the last changed are shown',
  ],
  ['erasures that wait, and that are remembered', `${API}/erasures.test.ts`, 'twenty erasures wait'],
  [
    'back-ups that are remembered for the reports of erasures',
    `${CONTROL}/database.test.ts`,
    'so many back-ups are remembered',
  ],
];

export const REST: readonly ReachedBound[] = [
  [
    'age of a record',
    `${CONTROL}/conformance/audit.ts`,
    'records that are too old go, and those beyond so many',
  ],
  ['records', `${CONTROL}/conformance/audit.ts`, 'records that are too old go, and those beyond so many'],
  [
    'kinds of reads and failures told apart in a minute',
    `${AUTH}/audit-trail.test.ts`,
    'of more kinds than are told apart',
  ],
  ['one upload', `${API}/imports.test.ts`, 'an upload has a bound'],
  [
    'what comes out of all that is packed in one import, of the command line too',
    `${IMPORT}/jobs/import-jobs.test.ts`,
    'a packed file that holds more than it may',
  ],
  [
    'room on the disk that imports leave',
    'test/faults/disk.test.ts',
    'an import leaves the room that is kept',
  ],
  ['uploads and imports that have not ended', `${IMPORT}/jobs/import-jobs.test.ts`, 'places are few'],
  [
    'imports that run at once',
    `${IMPORT}/jobs/import-jobs.test.ts`,
    'two imports of one site run one after the other',
  ],
  ['files of one upload', `${API}/imports.test.ts`, 'the form has one too'],
  ['silence of an upload', `${API}/import-silence.test.ts`, 'an upload whose sender is silent'],
  [
    'age of a preview, and of what is told of an import that has ended',
    `${IMPORT}/jobs/import-jobs.test.ts`,
    'what expires is removed with its files',
  ],
  [
    'a line, or a record, of a log that is imported',
    `${IMPORT}/record.test.ts`,
    'what never closes is given up',
  ],
  [
    'skipped lines, reasons and chargers that a report of an import tells',
    `${IMPORT}/engine.test.ts`,
    'skipped lines are listed to a bound',
  ],
  [
    'containers within each other that a log is unpacked from',
    `${IMPORT}/carriers/chain.test.ts`,
    'what is carried in more than three',
  ],
  [
    'signed uploads whose signature is not settled yet',
    `${API}/import-signed.test.ts`,
    'who only names a key takes none of its places',
  ],
  [
    'exports of one key or person that have not ended',
    `${EXPORT}/jobs/export-jobs.test.ts`,
    'one key has so many that are not finished',
  ],
  ['exports that wait', `${EXPORT}/jobs/export-jobs.test.ts`, 'twenty may wait'],
  ['exports that are kept', `${EXPORT}/jobs/export-jobs.test.ts`, 'a thousand are kept'],
  ['exports made at once', `${EXPORT}/jobs/export-jobs.test.ts`, 'one runs at a time'],
  [
    'entries of one bundle',
    `${EXPORT}/bundle.test.ts`,
    'more entries or longer texts than a browser can hold',
  ],
  [
    'characters of the entries of one bundle, before they are packed',
    `${EXPORT}/bundle.test.ts`,
    'more entries or longer texts than a browser can hold',
  ],
  [
    'files of all exports',
    `${EXPORT}/jobs/export-jobs.test.ts`,
    'an export that would pass what exports may take',
  ],
  ['age of an export', `${EXPORT}/jobs/export-jobs.test.ts`, 'and is gone after its time'],
  [
    'exports that are gone and told from those that never were',
    `${EXPORT}/jobs/export-jobs.test.ts`,
    'of those that are gone',
  ],
  [
    'room on the disk that exports leave',
    `${EXPORT}/jobs/file-sink.test.ts`,
    'a disk that is nearly full is left alone',
  ],
  [
    'different ids in an export with pseudonyms',
    'packages/core/src/known-values-most.test.ts',
    'so many different values',
  ],
  ['a sheet and a cell of XLSX', `${EXPORT}/xlsx.test.ts`, 'a text that is too long for a cell is cut'],
  [
    'records of a trace that wait for their place in time',
    `${EXPORT}/trace.test.ts`,
    'what waits for its turn is bounded',
  ],
  [
    'entries of the files that `diagnose` reads',
    `${SERVER}/cli/diagnose/gathered.test.ts`,
    'a log of more entries than are held is refused',
  ],
  [
    'one answer of the server that `pull` reads from',
    `${SERVER}/pull/client.test.ts`,
    'a page over the bound',
  ],
  ['gaps that `pull` remembers', `${SERVER}/pull/checkpoint-file.test.ts`, 'gaps are bounded'],
  ['stations of `simulate`', `${SERVER}/cli/simulate.test.ts`, 'more stations than a thousand'],
  [
    'payload of `command`, and id tag of `erase`, through a pipe',
    `${SERVER}/cli/erase/erase.test.ts`,
    'what comes through a pipe',
  ],
];
