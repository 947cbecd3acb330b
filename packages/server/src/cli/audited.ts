/** What commands do, in the audit log of the folder. */

import { type AuditAction, type AuditDetail, COMMAND_LINE } from '../store/audit.ts';
import type { ControlStore } from '../store/control-store.ts';

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
