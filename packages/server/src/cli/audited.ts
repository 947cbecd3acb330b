/** What commands do, in the audit log of the folder. */

import { controlPlace } from '../config/control-place.ts';
import { type AuditAction, type AuditDetail, COMMAND_LINE, SITES_TOLD } from '../store/audit.ts';
import type { ControlStore } from '../store/control-store.ts';
import { isWritable } from '../store/read-only.ts';
import type { Call } from './command.ts';
import { existingControl } from './control-store.ts';
import { settingsOf } from './settings.ts';

export interface Done {
  readonly site?: string;
  readonly target?: string;
  readonly details?: Readonly<Record<string, AuditDetail>>;
}

export async function audited(
  control: Pick<ControlStore, 'audit'>,
  action: AuditAction,
  { site, target, details }: Done,
): Promise<void> {
  await control.audit.append([
    {
      ...COMMAND_LINE,
      at: Date.now(),
      action,
      site: site ?? null,
      target: target ?? null,
      address: null,
      request: null,
      details: details ?? {},
      count: 1,
    },
  ]);
}

/**
 * The same for a command that has no control data open; of what is taken away, before it is given. A folder that may only be
 * read, such as a mounted back-up, keeps no record.
 */
export async function auditedBy(call: Call, action: AuditAction, done: Done): Promise<void> {
  const place = controlPlace(settingsOf(call));
  if ('folder' in place && !isWritable(place.folder)) return;
  const control = await existingControl(call);
  try {
    await audited(control, action, done);
  } finally {
    await control.close();
  }
}

/** The first of them by name, as records of exports have them. */
export function sitesTold(sites: readonly string[]): Readonly<Record<string, AuditDetail>> {
  const beyond = sites.length - SITES_TOLD;
  const more: Readonly<Record<string, AuditDetail>> = beyond >= 0 ? { more_sites: beyond } : {};
  return { sites: sites.slice(0, SITES_TOLD), ...more };
}
