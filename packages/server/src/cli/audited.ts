/** What commands do, in the audit log of the folder. */

import { type AuditAction, type AuditDetail, COMMAND_LINE } from '../store/audit.ts';
import type { ControlDatabase } from '../store/control/database.ts';

export interface Done {
  readonly site?: string;
  readonly target?: string;
  readonly details?: Readonly<Record<string, AuditDetail>>;
}

export function audited(
  control: ControlDatabase,
  action: AuditAction,
  { site, target, details }: Done,
): void {
  control.audit.append([
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
