/** What the options of an import say beyond the file itself. */

import { OCPP_VERSIONS } from '@ocpp-logs/core';
import { readInstant } from '../../api/instant.ts';
import type { SeenFrom } from '../../import/direction-finder.ts';
import type { ImportFormat } from '../../import/format.ts';
import { FORMATS } from '../../import/formats.ts';
import { type Call, choiceFlag, textFlag, UsageError } from '../command.ts';

const SEEN_FROM: readonly SeenFrom[] = ['station', 'csms'];

export interface Wish {
  readonly format: ImportFormat | null;
  readonly charger: string | null;
  /** ISO 8601 with a zone. */
  readonly start: string | null;
  readonly timeZone: string | null;
  readonly date: string | null;
  readonly version: string | null;
  readonly seenFrom: SeenFrom | null;
}

export function readWish(call: Call): Wish {
  const format = choiceFlag(
    call,
    'format',
    FORMATS.map(({ name }) => name),
  );
  const start = textFlag(call, 'start');
  const instant = start === undefined ? null : readInstant(start);
  if (instant !== null && 'fault' in instant) throw new UsageError(`--start ${instant.fault}`);
  const timeZone = textFlag(call, 'time-zone') ?? null;
  if (timeZone !== null && !Intl.supportedValuesOf('timeZone').includes(timeZone) && timeZone !== 'UTC') {
    throw new UsageError(
      `--time-zone: "${timeZone}" is not allowed; allowed is an IANA name such as Europe/Berlin`,
    );
  }
  return {
    format: FORMATS.find(({ name }) => name === format) ?? null,
    charger: textFlag(call, 'charger') ?? null,
    start: instant === null ? null : new Date(instant.ms).toISOString(),
    timeZone,
    date: null,
    version: choiceFlag(call, 'ocpp-version', OCPP_VERSIONS) ?? null,
    seenFrom: choiceFlag(call, 'seen-from', SEEN_FROM) ?? null,
  };
}
