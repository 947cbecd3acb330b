/** Who answers for an alarm, and whether that one may still make it: a rule over what control data knows, and the time. */

import { type Caller, callerOfKey, callerOfUser, isKnown, mayDoAt, mayEverywhere } from '../auth/caller.ts';
import type { AlarmRecord, KeeperLoss } from '../store/alarms.ts';
import type { KeyRecord } from '../store/control.ts';
import type { UserRecord } from '../store/people.ts';

/** Who there is. */
export interface Known {
  readonly users: ReadonlyMap<string, Pick<UserRecord, 'id' | 'roles' | 'disabled'>>;
  /** By id. */
  readonly keys: ReadonlyMap<string, KeyRecord>;
  /** Ids of the tokens that this process was started with. */
  readonly tokens: ReadonlySet<string>;
}

type Kept = Pick<AlarmRecord, 'ready' | 'targets' | 'changedBy' | 'sites'>;

const TOKENS: ReadonlySet<string> = new Set(['admin-token', 'run-token']);

/** The token of a run is made anew with each, for whoever may read the data folder: there is always one. */
export function tokensOf(adminToken: string | null): ReadonlySet<string> {
  return new Set(adminToken === null ? ['run-token'] : TOKENS);
}

/** Whether the caller has a right on every site that the alarm is over. */
export function mayAll(
  caller: Caller,
  right: 'admin' | 'read',
  { sites }: Pick<AlarmRecord, 'sites'>,
): boolean {
  if (sites === null) return mayEverywhere(caller, right);
  return sites.every((site) => mayDoAt(caller, right, site));
}

/**
 * What comes with the server belongs to it, and needs nobody as long as it tells nobody but who reads its sites; whoever
 * gave it targets answers for these.
 */
export function needsKeeper({ ready, targets, changedBy }: Kept): boolean {
  return !ready || (targets.length > 0 && changedBy !== null);
}

/** null: its keeper may make it, as it is, now; or it needs none. */
export function keeperLoss(alarm: Kept, { users, keys, tokens }: Known, now: number): KeeperLoss | null {
  if (!needsKeeper(alarm)) return null;
  const { changedBy: id } = alarm;
  if (id === null) return 'unknown';
  if (TOKENS.has(id)) return tokens.has(id) ? null : 'removed';
  const user = users.get(id);
  if (user !== undefined) return user.disabled ? 'disabled' : rightLoss(callerOfUser(user, ''), alarm);
  const key = keys.get(id);
  if (key === undefined) return 'removed';
  if (key.revoked) return 'revoked';
  if (key.expires !== null && key.expires <= now) return 'expired';
  return rightLoss(callerOfKey(key), alarm);
}

function rightLoss(caller: Caller, alarm: Kept): KeeperLoss | null {
  if (mayAll(caller, 'admin', alarm)) return null;
  const stranger =
    alarm.sites === null ? caller.everywhere.size === 0 : alarm.sites.some((site) => !isKnown(caller, site));
  return stranger ? 'site-lost' : 'right-lost';
}
