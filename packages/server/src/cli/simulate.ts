import { counted } from '@ocpp-logs/core';
import { holderOf } from '../folder.ts';
import {
  type Call,
  type Command,
  CommandError,
  choiceFlag,
  textFlag,
  UsageError,
  wholeFlag,
} from './command.ts';
import { FOLDER_OPTIONS, settingsOf } from './settings.ts';
import { DEMO_SITE, stationModels } from './simulate/demo-fleet.ts';
import { type FleetProgress, runFleet } from './simulate/fleet.ts';
import { readSpan } from './time.ts';

const VERSIONS = ['1.6', '2.0.1'] as const;
const STATIONS_MAX = 1_000;
const SPEED_MAX = 10_000;
const STATIONS = 6;
const SPEED = 60;
const SHOW_MS = 500;

export const simulate: Command = {
  name: ['simulate'],
  summary: 'Run simulated charging stations against a server until it is stopped.',
  words: '',
  options: {
    url: {
      value: 'URL',
      describe:
        "ws:// or wss:// address of the server; that of the data folder's running server unless given.",
    },
    site: { value: 'ID', describe: `Site of the stations; ${DEMO_SITE.id} unless given.` },
    stations: { value: 'N', describe: `How many, 1 to ${STATIONS_MAX}; ${STATIONS} unless given.` },
    'ocpp-version': {
      value: 'V',
      aliases: ['version'],
      describe: `${VERSIONS.join(' or ')}; both unless given.`,
    },
    speed: {
      value: 'N',
      describe: `How much faster than ours their time runs, 1 to ${SPEED_MAX}; ${SPEED} unless given.`,
    },
    seed: { value: 'TEXT', describe: 'The same seed gives the same vehicles, faults and pauses.' },
    for: { value: 'SPAN', describe: 'Stop after a span such as 30s or 10m; runs until Ctrl-C unless given.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs simulate', 'six stations at the server that runs on ./data'],
    [
      'ocpp-logs simulate --url ws://127.0.0.1:9016 --site bench --stations 20 --ocpp-version 2.0.1',
      'twenty of one version',
    ],
    ['ocpp-logs simulate --speed 600 --for 1m', 'ten hours of charging in a minute'],
  ],
  async run(call) {
    const span = textFlag(call, 'for');
    const ms = span === undefined ? null : readSpan(span);
    if (span !== undefined && ms === null)
      throw new UsageError(`--for: "${span}" is not allowed; allowed is a span such as 30s or 10m`);
    const count = wholeFlag(call, 'stations', 1, STATIONS_MAX) ?? STATIONS;
    const speed = wholeFlag(call, 'speed', 1, SPEED_MAX) ?? SPEED;
    const stations = stationModels(count, choiceFlag(call, 'ocpp-version', VERSIONS));
    const url = urlOf(call);
    const site = textFlag(call, 'site') ?? DEMO_SITE.id;
    call.terminal.errors.write(
      `${counted(count, 'station')} at ${url}/ocpp/${encodeURIComponent(site)}/..., ${speed} times as fast\n`,
    );
    const until = stopped(ms);
    const last = await runFleet({
      url,
      site,
      stations,
      speed,
      seed: textFlag(call, 'seed') ?? 'ocpp-logs',
      until,
      onProgress: shower(call),
    });
    if (call.terminal.watched) call.terminal.errors.write('\r\u001b[K');
    if (last.sent === 0)
      throw new CommandError(
        `no station reached ${url}: is a server there, and does it have the site ${site}?`,
      );
    call.terminal.output.write(`${counted(last.stations, 'station')}: ${traffic(last)}\n`);
    return 0;
  },
};

function urlOf(call: Call): string {
  const given = textFlag(call, 'url');
  if (given !== undefined) {
    if (/^wss?:\/\//i.test(given) && URL.canParse(given)) return given.replace(/\/+$/, '');
    throw new UsageError(
      `--url: "${given}" is not allowed; allowed is a ws:// or wss:// address such as ws://127.0.0.1:9016`,
    );
  }
  const { data } = settingsOf(call);
  const running = holderOf(data)?.url ?? null;
  if (running !== null) return running.replace(/^http/, 'ws');
  throw new CommandError(`no server runs on ${data}: start one, or name another with --url`);
}

/** At Ctrl-C or a signal to stop, and after `ms` if that is given. */
function stopped(ms: number | null): AbortSignal {
  const until = new AbortController();
  const stop = () => until.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return ms === null ? until.signal : AbortSignal.any([until.signal, AbortSignal.timeout(ms)]);
}

function shower({ terminal }: Call): (progress: FleetProgress) => void {
  let next = 0;
  return (progress) => {
    if (!terminal.watched || Date.now() < next) return;
    next = Date.now() + SHOW_MS;
    terminal.errors.write(`\r\u001b[K${summary(progress)}`);
  };
}

function summary(progress: FleetProgress): string {
  return `${progress.connected} of ${progress.stations} connected, ${traffic(progress)}`;
}

function traffic({ sent, received, sessions, charging, errors }: FleetProgress): string {
  const done = `${counted(sessions, 'session')} ended, ${charging} still charging`;
  return `${counted(sent, 'frame')} sent, ${received} received, ${done}, ${counted(errors, 'error')}`;
}
