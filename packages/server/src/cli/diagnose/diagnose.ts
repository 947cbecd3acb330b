import { decodeEntry, SESSION_LOOKBACK_MS } from '@ocpp-logs/core';
import { openSource } from '../../store/sqlite/source.ts';
import { checkedEntry } from '../../validate/findings-of.ts';
import { type Call, type Command, listFlag, textFlag, UsageError } from '../command.ts';
import { readFolder } from '../dropped-months.ts';
import { chosenSite } from '../search/site.ts';
import { FOLDER_OPTIONS } from '../settings.ts';
import { readTime } from '../time.ts';
import { StationJudge } from './diagnosis.ts';
import { gatherFiles, OF_FILES, refuseFileOptions } from './from-files.ts';
import { type Diagnosed, stationJson, stationText, totalsText } from './report.ts';

const FROM = '-1d';
/** Sessions that begin before the end of the range are read on for so long. */
const READ_ON_MS = SESSION_LOOKBACK_MS;

interface Range {
  readonly from: number;
  readonly to: number;
}

export const diagnose: Command = {
  name: ['diagnose'],
  summary:
    'Say of each try to charge what came of it and why, of a site or of log files; nothing is written.',
  words: 'FILE...',
  options: {
    site: { value: 'ID', describe: 'Site, where no file is named; needed unless there is only one.' },
    station: { value: 'A,B', describe: 'These charging stations alone.' },
    from: {
      value: 'TIME',
      describe: `Sessions that begin then or later: -3h, 2026-01-31 or ISO 8601; ${FROM} of a site, all of a file.`,
    },
    to: { value: 'TIME', describe: 'Sessions that begin before; now of a site.' },
    json: {
      describe: 'Print NDJSON: a line for each session, each thing told of a station, each code of findings.',
    },
    ...OF_FILES,
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs diagnose station.log.gz --charger CP_1', 'a log that was never imported'],
    ['ocpp-logs diagnose --site depot --from -7d', 'a week of a site'],
    ['ocpp-logs diagnose trace.jsonl --json', 'for a script'],
  ],
  async run(call) {
    const stations = listFlag(call, 'station') ?? null;
    const diagnosed: Diagnosed[] = [];
    const show = (station: Diagnosed) => {
      const json = call.flags.json === true;
      call.terminal.output.write(json ? stationJson(station) : stationText(station));
      diagnosed.push(station);
    };
    const status =
      call.words.length > 0 ? await ofFiles(call, stations, show) : await ofSite(call, stations, show);
    call.terminal.errors.write(totalsText(diagnosed));
    return status;
  },
};

function rangeOf(call: Call, from: string | null, to: string | null): Range {
  const now = Date.now();
  const time = (flag: 'from' | 'to', otherwise: string | null, none: number) => {
    const text = textFlag(call, flag) ?? otherwise;
    return text === null ? none : readTime(flag, text, now);
  };
  const range = {
    from: time('from', from, Number.NEGATIVE_INFINITY),
    to: time('to', to, Number.POSITIVE_INFINITY),
  };
  if (range.to <= range.from) throw new UsageError('--to must be later than --from');
  return range;
}

async function ofFiles(
  call: Call,
  stations: readonly string[] | null,
  show: (station: Diagnosed) => void,
): Promise<number> {
  if (textFlag(call, 'site') !== undefined)
    throw new UsageError('--site is for what was recorded: leave out the files');
  const range = rangeOf(call, null, null);
  const { gathering, status } = await gatherFiles(call);
  for (const { charger: id, entries, lineOf } of gathering.stations()) {
    if (stations?.includes(id) === false) continue;
    const judge = new StationJudge(id, range);
    for (const entry of entries) judge.add(entry);
    show({ ...judge.end(), lineOf });
  }
  return status;
}

async function ofSite(
  call: Call,
  stations: readonly string[] | null,
  show: (station: Diagnosed) => void,
): Promise<number> {
  refuseFileOptions(call);
  const folder = readFolder(call);
  const site = await chosenSite(call);
  const range = rangeOf(call, FROM, 'now');
  const source = openSource(folder, { report: (line) => call.terminal.errors.write(`${line}\n`) });
  const end = { readTo: range.to + READ_ON_MS, now: Date.now() };
  const judges = new Map<string, StationJudge>();
  try {
    const filter = {
      site: site.id,
      from: range.from - SESSION_LOOKBACK_MS,
      to: end.readTo,
      kinds: ['exchange', 'orphan', 'connection', 'gap'] as const,
      actions: null,
      // What `search` calls it is understood too.
      chargers: stations ?? listFlag(call, 'charger') ?? null,
      connectors: null,
      query: null,
    };
    for await (const batch of source.entries({ filters: [filter], order: 'asc', take: null, only: null })) {
      for (const text of batch) {
        if (text.charger === '') continue;
        const judge = judges.get(text.charger) ?? new StationJudge(text.charger, range, end);
        judges.set(text.charger, judge);
        judge.add(checkedEntry(String(text.id), decodeEntry(text)));
      }
    }
  } finally {
    await source.close();
  }
  for (const [, judge] of [...judges].sort(([a], [b]) => (a < b ? -1 : 1))) {
    show({ ...judge.end(), lineOf: () => null });
  }
  return 0;
}
