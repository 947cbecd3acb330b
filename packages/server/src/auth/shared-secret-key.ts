/** The secret key of control data that several nodes share: the same on each of them, and never kept beside the data. */

import { createHmac } from 'node:crypto';
import type { Soon } from '../store/control-store.ts';
import { hasSecretKey, loadSecretKey, SecretKeyError } from './secret-key.ts';

interface AgreedOn {
  agreeOnSecretKey(offered: string | null): Soon<string | null>;
}

/**
 * That of the variable or of the folder. The first one that is used with control data stays theirs: with another one
 * no signed request would fit, pseudonyms would differ, and nothing else would tell.
 */
export async function sharedSecretKey(
  control: AgreedOn,
  folder: string,
  variable: string | null,
): Promise<Uint8Array> {
  if (!hasSecretKey(folder, variable) && (await control.agreeOnSecretKey(null)) !== null) {
    throw new SecretKeyError(
      'there is no secret.key in the data folder, and other nodes have one: copy it from there, or set OCPP_LOGS_SECRET_KEY to the same everywhere',
    );
  }
  const secretKey = loadSecretKey(folder, variable);
  const check = secretKeyCheck(secretKey);
  if ((await control.agreeOnSecretKey(check)) === check) return secretKey;
  throw new SecretKeyError(
    `${variable === null ? 'secret.key in the data folder' : 'OCPP_LOGS_SECRET_KEY'} is not the one that the control data in PostgreSQL is used with: all nodes need the same`,
  );
}

/** Tells whether two keys are the same, and nothing about either. */
export function secretKeyCheck(secretKey: Uint8Array): string {
  return createHmac('sha256', secretKey).update('ocpp-logs control data').digest('hex');
}
