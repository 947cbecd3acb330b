/** What the options of an import say beyond the files themselves. */

import { OCPP_VERSIONS } from '@ocpp-logs/core';
import { readInstant } from '../../api/instant.ts';
import { FORMATS } from '../../import/formats.ts';
import { type ImportOptions, isDay, isTimeZone, SEEN_FROM } from '../../import/options.ts';
import { type Call, choiceFlag, textFlag, UsageError } from '../command.ts';

export function readWish(call: Call): ImportOptions {
  const format = choiceFlag(
    call,
    'format',
    FORMATS.map(({ name }) => name),
  );
  const start = textFlag(call, 'start');
  const instant = start === undefined ? null : readInstant(start);
  if (instant !== null && 'fault' in instant) throw new UsageError(`--start ${instant.fault}`);
  return {
    format: FORMATS.find(({ name }) => name === format) ?? null,
    charger: textFlag(call, 'charger') ?? null,
    start: instant === null ? null : new Date(instant.ms).toISOString(),
    timeZone: checked(call, 'time-zone', isTimeZone, 'an IANA name such as Europe/Berlin'),
    date: checked(call, 'date', isDay, 'a day such as 2026-01-31'),
    version: choiceFlag(call, 'ocpp-version', OCPP_VERSIONS) ?? null,
    seenFrom: choiceFlag(call, 'seen-from', SEEN_FROM) ?? null,
  };
}

function checked(
  call: Call,
  name: string,
  allowed: (text: string) => boolean,
  example: string,
): string | null {
  const text = textFlag(call, name) ?? null;
  if (text !== null && !allowed(text))
    throw new UsageError(`--${name}: "${text}" is not allowed; allowed is ${example}`);
  return text;
}
