/** What the commands about users share. */

import { newLink } from '../auth/sign-in.ts';
import { holderOf } from '../folder.ts';
import { signInLink } from '../serve/welcome.ts';
import type { ControlStore, Soon } from '../store/control-store.ts';
import { PeopleFault, type UserRecord } from '../store/people.ts';
import { type Call, CommandError, UsageError } from './command.ts';
import { settingsOf } from './settings.ts';

/** The one word of a command that is about one user. */
export function nameOf(call: Call, command: string): string {
  const [name, ...more] = call.words;
  if (name !== undefined && more.length === 0) return name;
  throw new UsageError(`ocpp-logs user ${command}: one name must follow (see ocpp-logs user list)`);
}

export async function userNamed(control: ControlStore, name: string): Promise<UserRecord> {
  const user = await control.users.named(name);
  if (user) return user;
  throw new CommandError(`no such user: ${name} (see ocpp-logs user list)`);
}

/** Makes a link that signs in once, and says where it leads: to the server of this folder, or where it will be. */
export async function linkFor(call: Call, control: ControlStore, user: UserRecord): Promise<string> {
  const { token, record } = newLink(user.id, Date.now());
  await control.sessions.putLink(record);
  const { host, port, data } = settingsOf(call);
  const configured = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const holder = holderOf(data);
  return signInLink(holder?.shownUrl ?? holder?.url ?? configured, token);
}

/** What a person can put right is one line. */
export async function orOneLine<T>(name: string, work: () => Soon<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PeopleFault) throw new CommandError(`${name}: ${error.message}`);
    throw error;
  }
}
