/** What the user routes say of themselves, and their bodies. */

import { Type } from 'typebox';
import type { Operation } from './operation.ts';
import { RoleSchema } from './session-schemas.ts';

const JSON_TYPE = 'application/json';

const LinkSchema = Type.Object(
  {
    token: Type.String({ description: 'For POST /session, once.' }),
    path: Type.String({ description: 'Of the dashboard: leads in, with the token in the fragment.' }),
    expires: Type.String({ description: 'ISO 8601 UTC: 15 minutes after it was made.' }),
  },
  { title: 'SignInLink' },
);

export const UserSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    roles: Type.Array(RoleSchema),
    disabled: Type.Boolean(),
    methods: Type.Array(Type.Enum(['password', 'oidc']), { description: 'By what the user signs in.' }),
    created: Type.String({ description: 'ISO 8601 UTC.' }),
    sessions: Type.Integer({ description: 'In how many browsers the user is signed in.' }),
  },
  { title: 'User' },
);

export const NewUserSchema = Type.Object(
  {
    name: Type.String({ description: 'No two differ by the case of letters alone.' }),
    password: Type.Optional(
      Type.String({ description: '12 characters or more; without one the answer has a link.' }),
    ),
    roles: Type.Array(RoleSchema, { description: 'What the user may do, and where.' }),
    oidc_subject: Type.Optional(
      Type.String({
        description: 'By which the OpenID provider knows the user (`sub`); no link is made then.',
      }),
    ),
  },
  { title: 'NewUser' },
);

export const UserChangeSchema = Type.Object(
  {
    name: Type.Optional(Type.String()),
    password: Type.Optional(Type.String({ description: 'Ends the sessions of the user.' })),
    roles: Type.Optional(Type.Array(RoleSchema, { description: 'In place of those that there are.' })),
    oidc_subject: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description: 'By which the OpenID provider knows the user; null: by none.',
      }),
    ),
    disabled: Type.Optional(Type.Boolean({ description: 'true ends the sessions of the user.' })),
  },
  { title: 'UserChange' },
);

export const MadeUserSchema = Type.Object(
  { user: UserSchema, link: Type.Union([LinkSchema, Type.Null()]) },
  { title: 'MadeUser' },
);
export const UserListSchema = Type.Object({ users: Type.Array(UserSchema) });
export const MadeLinkSchema = LinkSchema;
export const UserPathSchema = Type.Object({ id: Type.String({ description: 'Id of the user.' }) });

const COMMON = {
  tag: 'People',
  scope: 'admin',
  everywhere: true,
  extension: true,
  query: Type.Object({}),
} as const;
const OF_BODY = ['bad-request', 'body-too-large', 'body-type', 'unavailable'] as const;
const USER = { [JSON_TYPE]: UserSchema };

export const userOperations = {
  list: {
    ...COMMON,
    id: 'listUsers',
    summary: 'Users',
    description: 'Everyone who may sign in, by name.',
    answers: { 200: { description: 'The users.', content: { [JSON_TYPE]: UserListSchema } } },
    problems: ['bad-request'],
  },
  add: {
    ...COMMON,
    id: 'addUser',
    audit: 'user-made',
    summary: 'Add a user',
    description:
      'With a password, a subject of the provider, or neither: then the answer has a link that signs in once, for the user to choose one.',
    body: { description: 'The user.', content: { [JSON_TYPE]: NewUserSchema } },
    answers: { 201: { description: 'The user is there.', content: { [JSON_TYPE]: MadeUserSchema } } },
    problems: [...OF_BODY, 'name-taken', 'too-many'],
  },
  one: {
    ...COMMON,
    id: 'getUser',
    summary: 'One user',
    description: 'A user and the roles.',
    path: UserPathSchema,
    answers: { 200: { description: 'The user.', content: USER } },
    problems: ['bad-request', 'not-found'],
  },
  change: {
    ...COMMON,
    id: 'changeUser',
    audit: 'user-changed',
    summary: 'Change a user',
    description:
      'What is not given stays. Takes effect at once, in sessions that are open as well. Somebody must stay who is an admin of all sites.',
    path: UserPathSchema,
    body: { description: 'What changes.', content: { [JSON_TYPE]: UserChangeSchema } },
    answers: { 200: { description: 'The user as it is now.', content: USER } },
    problems: [...OF_BODY, 'not-found', 'name-taken', 'last-admin'],
  },
  remove: {
    ...COMMON,
    id: 'removeUser',
    audit: 'user-removed',
    summary: 'Remove a user',
    description: 'With sessions, links and saved searches; those that are shared stay.',
    path: UserPathSchema,
    answers: { 204: { description: 'The user is gone.' } },
    problems: ['bad-request', 'not-found', 'last-admin', 'unavailable'],
  },
  link: {
    ...COMMON,
    id: 'makeSignInLink',
    audit: 'user-link-made',
    summary: 'Make a link that signs in once',
    description: 'For a user who has no password yet, or forgot it.',
    path: UserPathSchema,
    answers: { 201: { description: 'The link.', content: { [JSON_TYPE]: MadeLinkSchema } } },
    problems: ['bad-request', 'not-found', 'other-state', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;
