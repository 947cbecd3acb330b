/** `ocpp-logs signed`: signed meter values as stations sent them, for transparency software. */

import {
  decodeEntry,
  KEY_ACTIONS,
  type SeenEntry,
  SIGNED_ACTIONS,
  type SignedValue,
  SignedValues,
  seenOf,
  signedXml,
} from '@ocpp-logs/core';
import { signedOfSession } from '../../store/sessions/list.ts';
import { readSessionName } from '../../store/sessions/question.ts';
import { signedValueBody } from '../../store/sessions/signed.ts';
import { openSource } from '../../store/sqlite/source.ts';
import { auditedBy } from '../audited.ts';
import {
  type Call,
  type Command,
  CommandError,
  listFlag,
  textFlag,
  UsageError,
  wholeFlag,
} from '../command.ts';
import { gatherFiles, OF_FILES, refuseFileOptions } from '../diagnose/from-files.ts';
import { readFolder } from '../dropped-months.ts';
import { chosenSite } from '../search/site.ts';
import { FOLDER_OPTIONS } from '../settings.ts';
import { type Column, table } from '../table.ts';
import { readTime } from '../time.ts';

const FROM = '-1d';
const COLUMNS: readonly Column[] = [
  { title: 'N', right: true, whole: true },
  { title: 'TIME', whole: true },
  { title: 'STATION' },
  { title: 'TRANSACTION' },
  { title: 'CONTEXT' },
  { title: 'FORMAT', whole: true },
  { title: 'ENCODING', whole: true },
  { title: 'KEY', whole: true },
  { title: 'LENGTH', right: true, whole: true },
];

interface Found {
  readonly values: readonly SignedValue[];
  readonly cut: boolean;
  readonly status: number;
}

export const signed: Command = {
  name: ['signed'],
  summary:
    'Take out signed meter values, as stations sent them, for transparency software; of a site or of log files.',
  words: 'FILE...',
  options: {
    site: { value: 'ID', describe: 'Site, where no file is named; needed unless there is only one.' },
    session: { value: 'ID', describe: 'Those of one session of a site, by the id that GET /sessions tells.' },
    station: { value: 'A,B', describe: 'These charging stations alone.' },
    transaction: { value: 'ID', describe: 'This transaction alone.' },
    from: {
      value: 'TIME',
      describe: `Captured then or later: -3h, 2026-01-31 or ISO 8601; ${FROM} of a site, all of a file.`,
    },
    to: { value: 'TIME', describe: 'Captured before; now of a site.' },
    value: { value: 'N', describe: 'Print the text of the Nth of the list, and not a byte more.' },
    xml: { describe: 'Print the file that transparency software opens: every value with its public key.' },
    json: { describe: 'Print NDJSON: one value a line, as the API gives them.' },
    ...OF_FILES,
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs signed station.log --charger CP_1', 'a list of what there is'],
    ['ocpp-logs signed station.log --charger CP_1 --value 2', 'the second one, byte for byte'],
    ['ocpp-logs signed --session 3662433812480.depot --xml > session.xml', 'a session of a site'],
  ],
  async run(call) {
    const forms = ['value', 'xml', 'json'].filter((name) => name in call.flags);
    if (forms.length > 1) throw new UsageError(`--${forms[0]} and --${forms[1]} exclude each other`);
    const number = wholeFlag(call, 'value', 1, 1_000_000);
    const { values, cut, status } = call.words.length > 0 ? await ofFiles(call) : await ofSite(call);
    const { output, errors } = call.terminal;
    if (number !== undefined) {
      const value = values[number - 1];
      if (value === undefined)
        throw new CommandError(`there is no value ${number}; there are ${values.length}`);
      output.write(value.text);
    } else if (call.flags.xml === true) output.write(signedXml(values));
    else if (call.flags.json === true) for (const value of values) output.write(jsonLine(value));
    else if (values.length > 0) output.write(listText(values, call.terminal.columns));
    if (values.length === 0) errors.write('no signed meter values\n');
    if (cut) errors.write('there are more: choose a shorter range, or one session\n');
    return status;
  },
};

function jsonLine(value: SignedValue): string {
  const { charger, connector, transaction } = value;
  const place = { charger_id: charger, connector_id: connector, transaction_id: transaction };
  return `${JSON.stringify({ ...place, ...signedValueBody(value) })}\n`;
}

function listText(values: readonly SignedValue[], columns: number): string {
  const rows = values.map((value, at) => [
    String(at + 1),
    new Date(value.at).toISOString(),
    value.charger,
    value.transaction ?? '',
    value.context ?? '',
    value.format ?? '',
    value.encoding,
    value.publicKey === null ? '' : 'told',
    String(value.text.length),
  ]);
  return table(COLUMNS, rows, columns);
}

/** Takes the entries of several stations; a key belongs to its station. */
class Stations {
  readonly #call: Call;
  readonly #range: { readonly from: number; readonly to: number };
  readonly #stations = new Map<string, SignedValues>();

  constructor(call: Call, from: string | null, to: string | null) {
    const now = Date.now();
    const time = (flag: 'from' | 'to', otherwise: string | null, none: number) => {
      const text = textFlag(call, flag) ?? otherwise;
      return text === null ? none : readTime(flag, text, now);
    };
    this.#call = call;
    this.#range = {
      from: time('from', from, Number.NEGATIVE_INFINITY),
      to: time('to', to, Number.POSITIVE_INFINITY),
    };
    if (this.#range.to <= this.#range.from) throw new UsageError('--to must be later than --from');
  }

  get range(): { readonly from: number; readonly to: number } {
    return this.#range;
  }

  see(entry: SeenEntry): void {
    const values = this.#stations.get(entry.charger) ?? new SignedValues();
    this.#stations.set(entry.charger, values);
    values.see(entry);
  }

  found(status: number): Found {
    const transaction = textFlag(this.#call, 'transaction');
    const { from, to } = this.#range;
    const values = [...this.#stations.values()]
      .flatMap((station) => station.values())
      .filter((value) => value.at >= from && value.at < to)
      .filter((value) => transaction === undefined || value.transaction === transaction)
      .sort((a, b) => a.at - b.at);
    return { values, cut: [...this.#stations.values()].some(({ cut }) => cut), status };
  }
}

async function ofFiles(call: Call): Promise<Found> {
  for (const name of ['site', 'session']) {
    if (name in call.flags) throw new UsageError(`--${name} is for what was recorded: leave out the files`);
  }
  const stations = new Stations(call, null, null);
  const wanted = listFlag(call, 'station');
  const { gathering, status } = await gatherFiles(call);
  for (const { charger, entries } of gathering.stations()) {
    if (wanted?.includes(charger) !== false) for (const entry of entries) stations.see(entry);
  }
  return stations.found(status);
}

async function ofSite(call: Call): Promise<Found> {
  refuseFileOptions(call);
  const folder = readFolder(call);
  const session = textFlag(call, 'session');
  const source = openSource(folder, { report: (line) => call.terminal.errors.write(`${line}\n`) });
  try {
    if (session !== undefined) {
      const name = readSessionName(session);
      if (name === null) throw new UsageError(`--session: "${session}" is no id of a session`);
      const site = { id: name.site, name: name.site, kept: 0 };
      const wanted = { site, entry: name.entry, now: Date.now() };
      const found = await signedOfSession((asked) => source.entries(asked), wanted);
      if (found === null) throw new CommandError(`no session ${session}`);
      await auditedBy(call, 'raw-read', { site: name.site });
      return { ...found, status: 0 };
    }
    const site = await chosenSite(call);
    const stations = new Stations(call, FROM, 'now');
    await auditedBy(call, 'raw-read', { site: site.id });
    const filter = {
      site: site.id,
      ...stations.range,
      kinds: ['exchange'] as const,
      actions: [...SIGNED_ACTIONS, ...KEY_ACTIONS],
      chargers: listFlag(call, 'station') ?? listFlag(call, 'charger') ?? null,
      connectors: null,
      query: null,
    };
    for await (const batch of source.entries({ filters: [filter], order: 'asc', take: null, only: null })) {
      for (const text of batch) stations.see(seenOf(String(text.id), decodeEntry(text)));
    }
    return stations.found(0);
  } finally {
    await source.close();
  }
}
