/** Who did something, as the audit log tells it. */

import type { AuditEvent } from '../store/audit.ts';
import { COMMAND_LINE } from '../store/audit.ts';
import type { ControlSnapshot } from '../store/control.ts';

/** `id` is what a caller is known by: of a key, a person, or a token that the process was started with. */
export function actorOfId(id: string, { keys, users }: ControlSnapshot): Pick<AuditEvent, 'actor' | 'name'> {
  if (id === 'run-token') return COMMAND_LINE;
  if (id === 'admin-token') return { actor: id, name: 'OCPP_LOGS_ADMIN_TOKEN' };
  return { actor: id, name: users.get(id)?.name ?? keys.find((key) => key.id === id)?.name ?? id };
}
