/** As long as there are no users, every start prints a link that signs in the first one. */

import { newLink } from '../auth/sign-in.ts';
import type { Control } from '../store/control.ts';

/** The token of the link; null where there is a user already. */
export async function firstLink(
  control: Pick<Control, 'snapshot' | 'people'>,
  now: number,
): Promise<string | null> {
  if (control.snapshot().users.size > 0) return null;
  const { token, record } = newLink(null, now);
  await control.people.putLink(record);
  return token;
}
