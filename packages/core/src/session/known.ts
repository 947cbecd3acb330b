/** What is known of a station beside its sessions, which may have to do with any of them. */

import { Profiles } from './profiles.ts';
import { Refusals } from './refusals.ts';
import { Reservations } from './reservations.ts';

export class Known {
  readonly profiles = new Profiles();
  readonly reservations = new Reservations();
  readonly refusals = new Refusals();
}
