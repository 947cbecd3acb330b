/** What a log may lack and a person can say: as the form has it, and as the API asks for it. */

import { OCPP_VERSIONS } from '@ocpp-logs/core';
import type { Params } from '../../api/client.ts';
import type { ImportedFile } from '../../api/settings-answers.ts';

export type OptionName =
  | 'charger_id'
  | 'time_zone'
  | 'date'
  | 'start'
  | 'format'
  | 'ocpp_version'
  | 'seen_from';

export interface ImportOption {
  readonly name: OptionName;
  readonly label: string;
  readonly hint: string;
  /** A choice among these; otherwise a text. */
  readonly choices?: readonly (readonly [value: string, label: string])[];
}

/** As `GET /openapi.json` names them. */
export const FORMATS = [
  'open-ocpp-trace',
  'ocpp-debugkit',
  'ocpp-logs',
  'citrineos',
  'api-pages',
  'csv-frames',
  'everest-html',
  'steve',
  'home-assistant',
  'evcc',
  'everest-log',
  'microocpp',
  'mobilityhouse-ocpp',
  'timed-frames',
  'plain-frames',
  'json-frames',
  'text-frames',
] as const;

const same = (value: string) => [value, value] as const;

export const OPTIONS: readonly ImportOption[] = [
  { name: 'charger_id', label: 'Charging station', hint: 'Where the log names none.' },
  { name: 'time_zone', label: 'Time zone', hint: 'Where the times bear none, such as Europe/Berlin.' },
  { name: 'date', label: 'Day', hint: 'Where the times bear none, such as 2026-01-31.' },
  { name: 'start', label: 'Time of everything', hint: 'Where the log has no times: ISO 8601.' },
  {
    name: 'format',
    label: 'Format',
    hint: 'Where it is taken for another.',
    choices: [['', 'recognised by content'], ...FORMATS.map(same)],
  },
  {
    name: 'ocpp_version',
    label: 'OCPP version',
    hint: 'Where the log names none and the messages do not show it.',
    choices: [['', 'told by the messages'], ...OCPP_VERSIONS.map(same)],
  },
  {
    name: 'seen_from',
    label: 'Who wrote the log',
    hint: 'Which way “send” goes.',
    choices: [
      ['', 'told by the actions'],
      ['station', 'the station'],
      ['csms', 'the CSMS'],
    ],
  },
];

export const OPTION_NAMES: readonly OptionName[] = OPTIONS.map(({ name }) => name);

export type ImportOptions = Readonly<Partial<Record<OptionName, string>>>;

/** Those that say something. */
export function optionParams(options: ImportOptions): Params {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, text]) => (text.trim() === '' ? [] : [[name, text.trim()]])),
  );
}

export function sameOptions(a: ImportOptions, b: ImportOptions): boolean {
  return OPTION_NAMES.every((name) => (a[name] ?? '').trim() === (b[name] ?? '').trim());
}

/** Options by which the files say that they could be read. */
export function askedFor(files: readonly ImportedFile[]): readonly OptionName[] {
  const texts = files.flatMap(({ failure }) => failure ?? []);
  return OPTION_NAMES.filter((name) => texts.some((text) => new RegExp(`\\badd ${name}\\b`).test(text)));
}

/** What the API says of a parameter, said of the field: `add “Time zone”, such as Europe/Berlin`. */
export function inWordsOfForm(failure: string): string {
  return OPTIONS.reduce(
    (text, { name, label }) =>
      text.replaceAll(`${name}=`, '').replaceAll(new RegExp(`\\badd ${name}\\b`, 'g'), `add “${label}”`),
    failure,
  );
}
