/** The pages of the settings, and who has use of them. */

import type { RoleAt } from '../api/answers.ts';
import { mayEverywhere, maySomewhere } from '../session/rights.ts';

export interface Place {
  readonly path: string;
  readonly label: string;
  readonly open: (roles: readonly RoleAt[]) => boolean;
}

const anyone = () => true;
const ofOperators = (roles: readonly RoleAt[]) => maySomewhere(roles, 'operator');
const ofAdmins = (roles: readonly RoleAt[]) => mayEverywhere(roles, 'admin');

export const PLACES: readonly Place[] = [
  { path: '/settings/sites', label: 'Sites', open: anyone },
  { path: '/settings/keys', label: 'Keys', open: ofAdmins },
  { path: '/settings/users', label: 'Users', open: ofAdmins },
  { path: '/settings/audit', label: 'Audit log', open: ofAdmins },
  { path: '/settings/import', label: 'Import', open: ofOperators },
  { path: '/settings/health', label: 'Storage and health', open: ofOperators },
  { path: '/settings/appearance', label: 'Appearance', open: anyone },
  { path: '/settings/account', label: 'Your account', open: anyone },
];
