/** What the commands about passwords of stations share. */

import { nearest } from '@ocpp-logs/core';
import { isId } from '../../store/control/site-rules.ts';
import type { ControlStore } from '../../store/control-store.ts';
import { type Call, CommandError, UsageError } from '../command.ts';

export interface NamedStation {
  readonly site: string;
  readonly charger: string;
}

/** The two words of a command that is about one station. */
export function stationOf(call: Call, command: string): NamedStation {
  const [site, charger, ...more] = call.words;
  if (site === undefined || charger === undefined || more.length > 0) {
    throw new UsageError(
      `ocpp-logs station ${command}: a site and a charger must follow, such as depot CP_1`,
    );
  }
  if (!isId(charger)) throw new UsageError(`${JSON.stringify(charger)} cannot be the id of a charger`);
  return { site, charger };
}

/** A site that is not there is a slip, which nothing else would tell. */
export async function knownSite(
  control: ControlStore,
  configured: readonly { readonly id: string }[],
  site: string,
): Promise<void> {
  const { sites } = await control.snapshot();
  const known = [...new Set([...sites.keys(), ...configured.map(({ id }) => id)])];
  if (known.includes(site)) return;
  const near = nearest(site, known);
  throw new CommandError(
    `no site ${site}${near === null ? ' (see ocpp-logs site list)' : `; did you mean ${near}?`}`,
  );
}
