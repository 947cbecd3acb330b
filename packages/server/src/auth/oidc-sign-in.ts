/** From a person that the provider knows to a user here. */

import { Problem } from '../errors.ts';
import type { Control } from '../store/control.ts';
import type { OidcSubject, RoleAt, UserRecord } from '../store/people.ts';
import { nameIn, type RoleRule, rolesIn } from './oidc-claims.ts';
import { type OidcPerson, OidcProvider, type ProviderSettings } from './oidc-provider.ts';
import { newUser } from './user.ts';

export interface OidcSettings extends Omit<ProviderSettings, 'claims'> {
  readonly nameClaim: string;
  /** null: roles are given here. */
  readonly roleClaim: string | null;
  readonly roles: readonly RoleRule[];
  /** Whether who is not known yet becomes a user. */
  readonly autoCreate: boolean;
  /** Where the provider sends browsers back to; null: as this server is asked. */
  readonly redirectUri: string | null;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** One provider, with or without a slash at its end. */
function bare(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

export class OidcSignIn {
  readonly provider: OidcProvider;
  readonly settings: OidcSettings;
  readonly #control: Pick<Control, 'snapshot' | 'people'>;
  readonly #now: () => number;

  constructor(settings: OidcSettings, control: Pick<Control, 'snapshot' | 'people'>, now: () => number) {
    const { nameClaim, roleClaim } = settings;
    const claims = [nameClaim, ...(roleClaim === null ? [] : [roleClaim])];
    this.provider = new OidcProvider({ ...settings, claims }, now);
    this.settings = settings;
    this.#control = control;
    this.#now = now;
  }

  /** The user, or a {@link Problem}. Where roles come from the provider they are as it says from now on. */
  async userOf(person: OidcPerson): Promise<UserRecord> {
    const { roleClaim, roles: rules, autoCreate } = this.settings;
    const roles = roleClaim === null ? null : rolesIn(person.claims, roleClaim, rules);
    const known = this.#known(person);
    if (known?.disabled) throw new Problem('user-unknown', 'This user is disabled here.');
    if (known) return roles === null ? known : this.#withRoles(known, roles);
    if (autoCreate) return this.#create(person, roles ?? []);
    throw new Problem(
      'user-unknown',
      `The provider knows you as ${person.subject.slice(0, 255)}, and no user here has this subject. Ask an admin to add you.`,
    );
  }

  /** For a user who is to sign in by the provider. */
  subject(subject: string): OidcSubject {
    return { issuer: bare(this.settings.issuer), subject };
  }

  #known({ subject }: OidcPerson): UserRecord | undefined {
    const { issuer } = this.subject(subject);
    return [...this.#control.snapshot().users.values()].find(
      ({ oidc }) => oidc?.issuer === issuer && oidc.subject === subject,
    );
  }

  async #withRoles(user: UserRecord, roles: readonly RoleAt[]): Promise<UserRecord> {
    const written = (all: readonly RoleAt[]) =>
      JSON.stringify(all.map(({ site, role }) => [site, role]).sort());
    if (written(user.roles) === written(roles)) return user;
    try {
      return (await this.#control.people.changeUser(user.id, { roles })) ?? user;
    } catch (error) {
      // The last admin stays one, whatever the provider says: somebody must be able to let others in.
      if (codeOf(error) === 'LAST_ADMIN') return user;
      throw error;
    }
  }

  async #create({ subject, claims }: OidcPerson, roles: readonly RoleAt[]): Promise<UserRecord> {
    const name = nameIn(claims, this.settings.nameClaim, subject);
    const user = newUser({ name, roles, oidc: this.subject(subject) }, this.#now());
    try {
      await this.#control.people.addUser(user);
      return user;
    } catch (error) {
      if (codeOf(error) !== 'NAME_TAKEN') throw error;
    }
    // A name that is alike is no proof of being the same person.
    const other = { ...user, name: `${name.slice(0, 60)} (${user.id})` };
    await this.#control.people.addUser(other);
    return other;
  }
}
