/** Of every command, what of it is in the audit log: a command that nobody thought of has no row here, and fails. */

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AuditRecord } from '../store/audit.ts';
import { COMMANDS } from './commands.ts';
import { runFor } from './terminal-double.ts';

interface Step {
  readonly args: readonly string[];
  readonly input?: string;
  /** The first of them that is told last. */
  readonly told: readonly (readonly [action: string, site: string | null])[];
}

const LOG = [
  '2026-01-05T10:00:00.000Z RECV [2,"1","Authorize",{"idTag":"TAG-1"}]',
  '2026-01-05T10:00:00.250Z SEND [3,"1",{"idTagInfo":{"status":"Accepted"}}]',
].join('\n');
const RANGE = ['--from', '2026-01-05', '--to', '2026-01-06'];
const DEPOT = ['--site', 'depot'];
const PASSWORD = 'a password that is long enough';
const NOTHING: Step['told'] = [];
/** Stands for the id of the key that was made last. */
const KEY = '{key}';

let base = '';
let folder = '';
let key = KEY;

/** In the order in which they are run, over one folder. */
const STEPS = (): Readonly<Record<string, readonly Step[]>> => ({
  'site add': [
    { args: ['depot'], told: [['site-made', 'depot']] },
    { args: ['depot', '--retention-days', '0', '--level', 'debug'], told: [['site-changed', 'depot']] },
    { args: ['yard'], told: [['site-made', 'yard']] },
  ],
  'site list': [{ args: [], told: NOTHING }],
  'site remove': [{ args: ['yard'], told: [['site-removed', 'yard']] }],
  'key create': [{ args: ['--name', 'csms'], told: [['key-made', null]] }],
  'key list': [{ args: [], told: NOTHING }],
  'key revoke': [{ args: [KEY], told: [['key-revoked', null]] }],
  'user add': [
    { args: ['ada', '--link'], told: [['user-made', null]] },
    { args: ['ben'], input: PASSWORD, told: [['user-made', null]] },
  ],
  'user list': [{ args: [], told: NOTHING }],
  'user password': [{ args: ['ben'], input: `${PASSWORD} too`, told: [['user-changed', null]] }],
  'user link': [{ args: ['ada'], told: [['user-link-made', null]] }],
  'user remove': [{ args: ['ben'], told: [['user-removed', null]] }],
  'station password': [{ args: ['depot', 'CP_1'], told: [['station-password-set', 'depot']] }],
  'station list': [{ args: ['depot'], told: NOTHING }],
  'station forget': [{ args: ['depot', 'CP_1'], told: [['station-password-removed', 'depot']] }],
  import: [
    { args: ['-', '--charger', 'CP_1', ...DEPOT, '--dry-run'], input: LOG, told: NOTHING },
    { args: ['-', '--charger', 'CP_1', ...DEPOT], input: LOG, told: [['import-run', 'depot']] },
    {
      args: ['-', '--charger', 'CP_1', '--site', 'new'],
      input: LOG,
      told: [
        ['import-run', 'new'],
        ['site-made', 'new'],
      ],
    },
  ],
  search: [
    { args: [...DEPOT, ...RANGE, '--format', 'table'], told: NOTHING },
    { args: [...DEPOT, ...RANGE, '--format', 'json'], told: NOTHING },
    {
      args: [...DEPOT, ...RANGE, '--format', 'json', '--include', 'raw'],
      told: [['raw-read', 'depot']],
    },
    { args: [...DEPOT, ...RANGE, '--format', 'ndjson'], told: [['raw-read', 'depot']] },
    { args: [...DEPOT, ...RANGE, '--format', 'csv'], told: [['raw-read', 'depot']] },
  ],
  export: [
    { args: [...DEPOT, ...RANGE], told: [['export-downloaded', null]] },
    {
      args: ['--site', 'depot,new', ...RANGE, '-o', join(base, 'out.xlsx')],
      told: [['export-downloaded', null]],
    },
  ],
  signed: [{ args: [...DEPOT, ...RANGE], told: [['raw-read', 'depot']] }],
  diagnose: [{ args: [...DEPOT, ...RANGE], told: NOTHING }],
  pseudonym: [{ args: ['TAG-1'], told: NOTHING }],
  erase: [
    { args: [...DEPOT, '--id-tag', 'TAG-1', '--dry-run'], told: NOTHING },
    { args: [...DEPOT, '--id-tag', 'TAG-1', '--yes'], told: [['id-tag-erased', 'depot']] },
  ],
  backup: [{ args: [join(base, 'backups')], told: [['backup-made', null]] }],
  check: [{ args: [], told: NOTHING }],
  audit: [{ args: [], told: NOTHING }],
  version: [{ args: [], told: NOTHING }],
});

/** Those that need more than a folder, and where what they do is told. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  serve: 'its routes write the log: api/audits.test.ts',
  command: 'the server that calls the station tells command-sent: api/commands.test.ts',
  simulate: 'a station like any other, which acts on no folder',
  pull: 'frames into a site, as a push; a site that it makes is told as that of an import',
  restore: 'makes a new folder, whose log is that of the back-up',
  migrate: 'copies the log to the store that the settings name',
  'control migrate': 'copies the audit log itself: test/postgres',
  'node list': 'nodes of a PostgreSQL: test/postgres',
  'node release': 'tells node-released: test/postgres',
};

before(() => {
  base = mkdtempSync(join(tmpdir(), 'ocpp-logs-audited-'));
  folder = join(base, 'data');
});
after(() => rmSync(base, { recursive: true }));

async function records(): Promise<readonly AuditRecord[]> {
  if (!existsSync(folder)) return [];
  const { output } = await runFor(['audit', '--json', '--data', folder]);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('of every command it is known what the audit log has of it', () => {
  const known = [...Object.keys(STEPS()), ...Object.keys(ELSEWHERE)].sort();
  assert.deepEqual(COMMANDS.map(({ name }) => name.join(' ')).sort(), known);
});

let last = 0;
for (const command of Object.keys(STEPS())) {
  test(`what ${command} changes, or takes away word for word, is in the audit log, and nothing else`, async () => {
    for (const { args, input, told } of STEPS()[command] ?? []) {
      const line = [...command.split(' '), ...args.map((arg) => (arg === KEY ? key : arg))];
      const words = command === 'version' ? line : [...line, '--data', folder];
      const ran = await runFor(words, input === undefined ? {} : { input });
      assert.equal(ran.status, 0, `${line.join(' ')}: ${ran.errors}`);
      const fresh = (await records()).filter(({ n }) => n > last);
      assert.deepEqual(
        fresh.map(({ action, site }) => [action, site]),
        told,
        line.join(' '),
      );
      last = fresh[0]?.n ?? last;
      key = fresh.find(({ action }) => action === 'key-made')?.target ?? key;
    }
  });
}

test('of an export it is told what it took, by whom, how much and where to', async () => {
  const exports = (await records()).filter(({ action }) => action === 'export-downloaded').reverse();
  assert.ok(exports.every(({ actor, name }) => actor === 'command-line' && name === 'command line'));
  assert.deepEqual(
    exports.map(({ details }) => details),
    [
      {
        format: 'csv',
        sites: ['depot'],
        raw: false,
        pseudonymise: false,
        entries: 1,
        into: 'standard output',
      },
      {
        format: 'xlsx',
        sites: ['depot', 'new'],
        raw: false,
        pseudonymise: false,
        entries: 2,
        into: join(base, 'out.xlsx'),
      },
    ],
  );
  assert.doesNotMatch(JSON.stringify(await records()), /TAG-1/, 'an id tag is in none of them');
});

test('an export that was refused is none', async () => {
  const before = (await records()).length;
  const args = ['export', ...DEPOT, ...RANGE, '-o', join(base, 'none', 'out.csv'), '--data', folder];
  assert.notEqual((await runFor(args)).status, 0);
  assert.equal((await records()).length, before);
});
