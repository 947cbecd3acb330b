import { SITE_LEVELS } from '@ocpp-logs/core';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import { changedSettings, emptySite, RETENTION_DAYS_MAX, siteFaults } from '../store/control/site-rules.ts';
import { type Site, STATION_AUTHS } from '../store/control.ts';
import { audited } from './audited.ts';
import { type Command, CommandError, choiceFlag, textFlag, UsageError, wholeFlag } from './command.ts';
import { writableControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';

/** Where a setting is not called as its option is. */
const FLAG_OF: Readonly<Record<string, string>> = {
  id: 'the id',
  timezone: '--time-zone',
  retention_days: '--retention-days',
  station_auth: '--station-auth',
  retention_days_info: '--retention-days-info',
  retention_days_debug: '--retention-days-debug',
};

export const siteAdd: Command = {
  name: ['site', 'add'],
  summary: 'Add a site, or change one that was added. A running server knows it at once.',
  words: 'ID',
  options: {
    name: { value: 'NAME', describe: 'Shown; the id unless given.' },
    'time-zone': {
      value: 'ZONE',
      aliases: ['timezone'],
      describe: 'IANA name such as Europe/Berlin; UTC unless given.',
    },
    upstream: {
      value: 'URL',
      describe:
        'CSMS to pass on to, such as wss://csms.example/ocpp/{charger}; none: the built-in CSMS answers (again).',
    },
    'retention-days': { value: 'N', describe: 'Days that entries are kept; 0, for ever, unless given.' },
    'retention-days-info': {
      value: 'N',
      describe: 'Of what the level info adds to minimal; 0, as long as everything, unless given.',
    },
    'retention-days-debug': {
      value: 'N',
      describe: 'Of what the level debug adds to info; 0, as long as everything, unless given.',
    },
    level: {
      value: 'LEVEL',
      describe: `How much is kept: one of ${SITE_LEVELS.join(', ')}; debug, everything, unless given.`,
    },
    'pseudonymise-id-tags': {
      value: 'yes|no',
      describe: 'Replace id tags by keyed pseudonyms before anything is stored; no unless given.',
    },
    'station-auth': {
      value: 'HOW',
      describe: `What stations must show: one of ${STATION_AUTHS.join(', ')}; none unless given.`,
    },
    json: { describe: 'Print the site as one line of JSON.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs site add bench', 'stations at /ocpp/bench/{charger} talk to the built-in CSMS'],
    [
      'ocpp-logs site add depot --upstream wss://csms.example/ocpp/{charger} --retention-days 365',
      'a relay that records for a year',
    ],
    ['ocpp-logs site add depot --level info', 'without meter values and heartbeats'],
    ['ocpp-logs site add depot --upstream none', 'back to the built-in CSMS'],
  ],
  async run(call) {
    const [id, ...more] = call.words;
    if (id === undefined || more.length > 0)
      throw new UsageError('ocpp-logs site add: one id must follow, such as: site add depot');
    const retention = wholeFlag(call, 'retention-days', 0, RETENTION_DAYS_MAX);
    const info = wholeFlag(call, 'retention-days-info', 0, RETENTION_DAYS_MAX);
    const debug = wholeFlag(call, 'retention-days-debug', 0, RETENTION_DAYS_MAX);
    const pseudonymise = choiceFlag(call, 'pseudonymise-id-tags', ['yes', 'no']);
    const { settings, control } = await writableControl(call);
    try {
      const before = (await control.snapshot()).sites.get(id);
      if (before?.origin === 'config') {
        throw new CommandError(`site ${id} comes from the configuration file: change it there`);
      }
      const known = before ?? emptySite(id, 'added');
      const upstream = textFlag(call, 'upstream');
      const site: Site = {
        ...known,
        name: textFlag(call, 'name') ?? known.name,
        timezone: textFlag(call, 'time-zone') ?? known.timezone,
        upstream: upstreamOf(upstream, before),
        retentionDays: retention ?? known.retentionDays,
        retentionDaysInfo: info ?? known.retentionDaysInfo,
        retentionDaysDebug: debug ?? known.retentionDaysDebug,
        level: choiceFlag(call, 'level', SITE_LEVELS) ?? known.level,
        pseudonymiseIdTags: pseudonymise === undefined ? known.pseudonymiseIdTags : pseudonymise === 'yes',
        stationAuth: choiceFlag(call, 'station-auth', STATION_AUTHS) ?? known.stationAuth,
        upstreamTrusted: upstream !== undefined || known.upstreamTrusted,
        origin: 'added',
        changedBy: 'command line',
      };
      const [fault] = siteFaults(site);
      if (fault !== undefined) {
        const flag = FLAG_OF[fault.setting] ?? `--${fault.setting}`;
        throw new UsageError(`${flag}: ${JSON.stringify(fault.value)} is not allowed; it ${fault.message}`);
      }
      if (upstream !== undefined) refuseUpstream(site.upstream, settings.upstream.allow);
      await control.putSite(site);
      await audited(control, before === undefined ? 'site-made' : 'site-changed', {
        site: id,
        details: { settings: changedSettings(known, site) },
      });
      const done = before === undefined ? 'added' : 'changed';
      call.terminal.output.write(call.flags.json === true ? `${siteJson(site)}\n` : `${done} site ${id}\n`);
      return 0;
    } finally {
      await control.close();
    }
  },
};

/** Whoever may write the folder may lead a site anywhere; a list of hosts is a fence against slips too. */
function refuseUpstream(upstream: string | null, allow: readonly string[]): void {
  const refusal = allow.length === 0 ? null : new UpstreamRule(allow).refusal(upstream);
  if (refusal !== null) throw new UsageError(`--upstream: ${JSON.stringify(upstream)} ${refusal}`);
}

/** What is not given stays; `none` is no address and takes it away. */
function upstreamOf(given: string | undefined, before: Site | undefined): string | null {
  return given === 'none' ? null : (given ?? before?.upstream ?? null);
}

/** With the names of the configuration file. */
export function siteJson(site: Site): string {
  const { id, name, timezone, upstream, retentionDays, level, stationAuth, origin } = site;
  const settings = {
    timezone,
    upstream,
    retention_days: retentionDays,
    retention_days_info: site.retentionDaysInfo,
    retention_days_debug: site.retentionDaysDebug,
    level,
    pseudonymise_id_tags: site.pseudonymiseIdTags,
    station_auth: stationAuth,
  };
  return JSON.stringify({ id, name, ...settings, origin });
}
