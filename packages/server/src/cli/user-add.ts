import { nearest } from '@ocpp-logs/core';
import { hashPassword } from '../auth/password.ts';
import { nameFault, newUser, rolesText } from '../auth/user.ts';
import { isId } from '../store/control/site-rules.ts';
import { ROLES, type RoleAt } from '../store/people.ts';
import { audited } from './audited.ts';
import { type Call, type Command, CommandError, choiceFlag, listFlag, UsageError } from './command.ts';
import { writableControl } from './control-store.ts';
import { readPassword } from './password-input.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { linkFor, nameOf, orOneLine } from './users.ts';

export const userAdd: Command = {
  name: ['user', 'add'],
  summary:
    'Add a person who may sign in to the dashboard. The password is asked for, or read from standard input.',
  words: 'NAME',
  options: {
    role: {
      value: 'ROLE',
      describe: `One of ${ROLES.join(', ')}; viewer unless given. An admin of all sites also keeps users and keys.`,
    },
    sites: {
      value: 'A,B',
      aliases: ['site'],
      describe: 'Ids of the sites where the role counts; all unless given.',
    },
    link: { describe: 'Ask for no password: print a link that signs in once, within 15 minutes.' },
    json: { describe: 'Print one line of JSON.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs user add ada --role admin', 'an admin of everything'],
    ['ocpp-logs user add ben --role operator --sites depot,yard', 'imports and commands on two sites'],
    ['ocpp-logs user add cleo --link', 'cleo chooses a password'],
    ['ocpp-logs user add ci < password.txt', 'for scripts'],
  ],
  async run(call) {
    const name = nameOf(call, 'add').normalize('NFC');
    const fault = nameFault(name);
    if (fault !== null) throw new UsageError(`ocpp-logs user add: the name ${fault}`);
    const roles = rolesOf(call);
    const { settings, control } = await writableControl(call);
    try {
      // A site of the configuration file is there from the next start on.
      const known = [...(await control.snapshot()).sites.keys(), ...settings.sites.map(({ id }) => id)];
      refuseUnknown(roles, [...new Set(known)]);
      if (await control.users.named(name)) throw new CommandError(`${name}: another user has this name`);
      const asked = call.flags.link === true ? null : await readPassword(call.terminal, name);
      const password = asked === null ? null : await hashPassword(asked);
      const user = newUser({ name, roles, password }, Date.now());
      await orOneLine(name, () => control.users.add(user));
      await audited(control, 'user-made', { target: user.id, details: { name, roles: rolesText(roles) } });
      const link = asked === null ? await linkFor(call, control, user) : null;
      const { output } = call.terminal;
      if (call.flags.json === true) output.write(`${JSON.stringify({ id: user.id, name, roles, link })}\n`);
      else output.write(`added ${name}, ${rolesText(roles)}\n${link === null ? '' : `${link}\n`}`);
      return 0;
    } finally {
      await control.close();
    }
  },
};

function rolesOf(call: Call): readonly RoleAt[] {
  const role = choiceFlag(call, 'role', ROLES) ?? 'viewer';
  const sites = listFlag(call, 'sites');
  const wrong = sites?.find((site) => !isId(site));
  if (wrong !== undefined || sites?.length === 0) {
    throw new UsageError(`--sites: "${wrong ?? ''}" is not allowed; allowed are ids of sites`);
  }
  return sites === undefined ? [{ site: null, role }] : [...new Set(sites)].map((site) => ({ site, role }));
}

const NAMED_MAX = 10;

/** A role at a site that is not there is a slip, which nothing else would ever tell. */
function refuseUnknown(roles: readonly RoleAt[], known: readonly string[]): void {
  const faults = roles.flatMap(({ site }) => {
    if (site === null || known.includes(site)) return [];
    const near = nearest(site, known);
    return [near === null ? `no site ${site}` : `no site ${site}; did you mean ${near}?`];
  });
  if (faults.length === 0) return;
  const listed = known.length === 0 ? 'none yet' : known.slice(0, NAMED_MAX).join(', ');
  const more = known.length > NAMED_MAX ? ` and ${known.length - NAMED_MAX} more` : '';
  throw new UsageError(`--sites: ${faults.join('; ')} (there are ${listed}${more}; see ocpp-logs site list)`);
}
