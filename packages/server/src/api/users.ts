/** /users: who may sign in, and what each may do. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { passwordFault } from '../auth/password.ts';
import { newLink } from '../auth/sign-in.ts';
import { nameFault, newUser, rolesText } from '../auth/user.ts';
import { Problem } from '../errors.ts';
import type { OidcSubject, UserRecord } from '../store/people.ts';
import type { Api } from './api.ts';
import { noteForAudit } from './auditing.ts';
import type { BodyQuery } from './body-query.ts';
import { BODY_BYTES, jsonBody, noParameters } from './json-body.ts';
import { type AddRoutes, describes } from './operation.ts';
import { toldAsProblem } from './people-problems.ts';
import {
  MadeLinkSchema,
  MadeUserSchema,
  NewUserSchema,
  userOperations as operations,
  UserChangeSchema,
  UserListSchema,
  UserPathSchema,
  UserSchema,
} from './user-operations.ts';
import { readRoles } from './user-roles.ts';

type OfUser = FastifyRequest<{ Params: { id: string } }>;

export function userRoutes(api: Api): AddRoutes {
  const { people } = api.control;

  function userBody(user: UserRecord): Static<typeof UserSchema> {
    const { id, name, roles, disabled, password, oidc, created } = user;
    const sessions = api.control.snapshot().sessions.values();
    return {
      id,
      name,
      roles: [...roles],
      disabled,
      methods: [
        ...(password === null ? [] : ['password' as const]),
        ...(oidc === null ? [] : ['oidc' as const]),
      ],
      created: new Date(created).toISOString(),
      sessions: [...sessions].filter((session) => session.user === id).length,
    };
  }

  /** A role that is there already may be of a site that the configuration has no more. */
  function isSite(id: string, user?: UserRecord): boolean {
    return api.control.snapshot().sites.has(id) || user?.roles.some(({ site }) => site === id) === true;
  }

  function userOf({ params }: OfUser): UserRecord {
    const user = api.control.snapshot().users.get(params.id);
    if (!user) throw noUser();
    return user;
  }

  function noUser(): Problem {
    return new Problem('not-found', 'There is no user of this id.');
  }

  async function linkFor(user: UserRecord): Promise<Static<typeof MadeLinkSchema>> {
    const { token, record } = newLink(user.id, api.now());
    await people.putLink(record);
    const path = `${api.publicPath}/sign-in#token=${token}`;
    return { token, path, expires: new Date(record.expires).toISOString() };
  }

  function nameIn(body: BodyQuery): string | null {
    const name = body.text('name');
    const fault = name === null ? null : nameFault(name);
    if (fault !== null) body.fault('name', fault);
    return name;
  }

  function passwordIn(body: BodyQuery): string | null {
    const password = body.text('password');
    const fault = password === null ? null : passwordFault(password);
    if (fault !== null) body.fault('password', fault);
    return password;
  }

  /** undefined where the body says nothing of it. */
  function subjectIn(body: BodyQuery): OidcSubject | null | undefined {
    if (!body.has('oidc_subject')) return undefined;
    const subject = body.text('oidc_subject');
    if (subject === null) return null;
    if (api.oidc === null) body.fault('oidc_subject', 'cannot be given: no OpenID provider is configured');
    else if (!/^[\x20-\x7e]{1,255}$/.test(subject)) {
      body.fault('oidc_subject', 'must be 1 to 255 printable characters of ASCII, as the provider gives it');
    } else return api.oidc.subject(subject);
    return null;
  }

  async function hashed(password: string | null): Promise<string | null> {
    return password === null ? null : api.signIn.hash(password);
  }

  async function add(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const body = jsonBody(request, NewUserSchema);
    const [name, password, roles] = [nameIn(body), passwordIn(body), readRoles(body, isSite)];
    if (name === null) body.fault('name', 'is required');
    if (roles === null) body.fault('roles', 'is required: an array of objects with site and role');
    const oidc = subjectIn(body) ?? null;
    body.settle();
    const hash = await hashed(password);
    const user = newUser({ name: name ?? '', roles: roles ?? [], password: hash, oidc }, api.now());
    await toldAsProblem(people.addUser(user));
    noteForAudit(request, { target: user.id, details: { name: user.name, roles: rolesText(user.roles) } });
    const link = password === null && oidc === null ? await linkFor(user) : null;
    reply.code(201).header('location', `${api.publicPath}/rest/v1/users/${user.id}`);
    reply.send({ user: userBody(user), link });
    await reply;
  }

  async function change(request: OfUser): Promise<Static<typeof UserSchema>> {
    const user = userOf(request);
    const { id } = user;
    const body = jsonBody(request, UserChangeSchema);
    const roles = readRoles(body, (site) => isSite(site, user));
    const [name, password] = [nameIn(body), passwordIn(body)];
    const oidc = subjectIn(body);
    const disabled = body.has('disabled') ? body.flag('disabled') : null;
    body.settle();
    const hash = await hashed(password);
    const changed = await toldAsProblem(
      people.changeUser(id, {
        ...(name === null ? {} : { name: name.normalize('NFC') }),
        ...(hash === null ? {} : { password: hash }),
        ...(roles === null ? {} : { roles }),
        ...(oidc === undefined ? {} : { oidc }),
        ...(disabled === null ? {} : { disabled }),
      }),
    );
    if (changed === null) throw noUser();
    const given = { name, password: hash, roles, oidc_subject: oidc, disabled };
    noteForAudit(request, {
      details: {
        name: changed.name,
        changed: Object.entries(given).flatMap(([key, value]) => (value == null ? [] : [key])),
        ...(roles === null ? {} : { roles: rolesText(roles) }),
        ...(disabled === null ? {} : { disabled }),
      },
    });
    if (hash !== null) await people.endSessionsOf(id);
    return userBody(changed);
  }

  async function remove(request: OfUser, reply: FastifyReply): Promise<void> {
    noParameters(request);
    const { id, name } = userOf(request);
    noteForAudit(request, { details: { name } });
    if (!(await toldAsProblem(people.removeUser(id)))) throw noUser();
    reply.code(204).send();
    await reply;
  }

  async function link(request: OfUser, reply: FastifyReply): Promise<void> {
    noParameters(request);
    const user = userOf(request);
    noteForAudit(request, { details: { name: user.name } });
    if (user.disabled) throw new Problem('other-state', 'The user is disabled, and no link signs in.');
    reply.code(201).send(await linkFor(user));
    await reply;
  }

  const ofOne = { params: UserPathSchema, response: { 200: UserSchema } };
  return (app) => {
    app.get(
      '/users',
      { config: describes(operations.list), schema: { response: { 200: UserListSchema } } },
      async (request) => {
        noParameters(request);
        return { users: [...api.control.snapshot().users.values()].map(userBody) };
      },
    );
    app.post(
      '/users',
      {
        config: describes(operations.add),
        bodyLimit: BODY_BYTES,
        schema: { response: { 201: MadeUserSchema } },
      },
      add,
    );
    app.get('/users/:id', { config: describes(operations.one), schema: ofOne }, async (request) => {
      noParameters(request);
      return userBody(userOf(request));
    });
    app.patch(
      '/users/:id',
      { config: describes(operations.change), bodyLimit: BODY_BYTES, schema: ofOne },
      change,
    );
    app.delete(
      '/users/:id',
      { config: describes(operations.remove), schema: { params: UserPathSchema } },
      remove,
    );
    app.post(
      '/users/:id/link',
      {
        config: describes(operations.link),
        schema: { params: UserPathSchema, response: { 201: MadeLinkSchema } },
      },
      link,
    );
  };
}
